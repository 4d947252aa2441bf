// The pages work without this file. It adds two comforts: names that go on from what is typed,
// and a search that begins when the mode is changed.
const form = document.querySelector("form.search");
const input = form.querySelector("#q");
const field = form.querySelector(".field");

for (const radio of form.querySelectorAll("input[name=mode]")) {
  radio.addEventListener("change", () => { if (input.value.trim()) form.requestSubmit(); });
}
// The default mode needs no place in the address; nor does an empty field.
for (const any of document.querySelectorAll("form")) {
  any.addEventListener("formdata", (event) => {
    if (event.formData.get("mode") === "both") event.formData.delete("mode");
    for (const name of ["q", "after", "before", "find"]) {
      if (event.formData.get(name) === "") event.formData.delete(name);
    }
  });
}

let list = null, chosen = -1, asked = 0;

function close() {
  list?.remove();
  list = null;
  chosen = -1;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function choose(suggestion) {
  const target = new URL("/", location.href);
  for (const hidden of form.querySelectorAll("input[type=hidden]")) target.searchParams.append(hidden.name, hidden.value);
  target.searchParams.append(suggestion.facet, suggestion.value);
  location.assign(target);
}

function show(suggestions) {
  close();
  if (!suggestions.length) return;
  list = document.createElement("ul");
  list.className = "suggestions";
  list.id = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Names in the archive");
  suggestions.forEach((suggestion, at) => {
    const item = document.createElement("li");
    item.id = `suggestion-${at}`;
    item.setAttribute("role", "option");
    for (const [name, text] of [["facet", suggestion.facet], ["label", suggestion.label], ["count", suggestion.count]]) {
      const part = document.createElement("span");
      part.className = name;
      part.textContent = text;
      item.append(part);
    }
    item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(suggestion); });
    list.append(item);
  });
  list.suggestions = suggestions;
  field.append(list);
  input.setAttribute("aria-expanded", "true");
}

function move(step) {
  const items = list.children;
  items[chosen]?.removeAttribute("aria-selected");
  chosen = (chosen + step + items.length + 1) % (items.length + 1);
  if (chosen === items.length) { chosen = -1; input.removeAttribute("aria-activedescendant"); return; }
  items[chosen].setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", items[chosen].id);
}

input.setAttribute("role", "combobox");
input.setAttribute("aria-autocomplete", "list");
input.setAttribute("aria-expanded", "false");
input.setAttribute("aria-controls", "suggestions");

let timer;
input.addEventListener("input", () => {
  clearTimeout(timer);
  const text = input.value.trim();
  if (text.length < 2 || text.length > 100) return close();
  timer = setTimeout(async () => {
    const mine = ++asked;
    try {
      const response = await fetch(`/api/v1/suggest?q=${encodeURIComponent(text)}`);
      if (response.ok && mine === asked) show((await response.json()).suggestions);
    } catch { close(); }
  }, 120);
});
input.addEventListener("keydown", (event) => {
  if (!list) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : chosen < 0 ? list.children.length : -1);
  } else if (event.key === "Enter" && chosen >= 0) {
    event.preventDefault();
    choose(list.suggestions[chosen]);
  } else if (event.key === "Escape") {
    close();
  }
});
input.addEventListener("blur", close);
