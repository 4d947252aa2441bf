// The pages work without this file. It adds comforts: names that go on from what is typed, a
// search that begins when the mode is changed, and keys for what can be clicked.
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

const said = document.getElementById("said");

function close() {
  said.textContent = "";
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
  said.textContent = `${suggestions.length} names; choose with the arrow keys`;
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

// Keys. A control names its own in aria-keyshortcuts; they can be turned off (WCAG 2.1.4).
const help = document.getElementById("keys");
const switched = help.querySelector("input");
const off = "keys-off";
switched.checked = !localStorage.getItem(off);
switched.addEventListener("change", () => { switched.checked ? localStorage.removeItem(off) : localStorage.setItem(off, "1"); });
document.querySelector("[aria-keyshortcuts='?']").addEventListener("click", (event) => { event.preventDefault(); help.showModal(); });

function step(by) {
  const hits = [...document.querySelectorAll(".results .card h2 a")];
  if (!hits.length) return false;
  const at = hits.findIndex((hit) => hit.closest(".card").contains(document.activeElement));
  const next = hits[at < 0 ? 0 : Math.min(Math.max(at + by, 0), hits.length - 1)];
  next.focus({ preventScroll: true });
  next.closest(".card").scrollIntoView({ block: "nearest" });
  return true;
}

function narrow() {
  const fold = document.getElementById("fold");
  if (!fold) return false;
  if (fold.checkVisibility()) fold.checked = true;
  document.querySelector(".facets a, .facets input:not([type=hidden])")?.focus();
  return true;
}

function press(key) {
  const control = key.length === 1 && document.querySelector(`[aria-keyshortcuts="${CSS.escape(key)}"]`);
  control?.click?.();
  return control;
}

const keys = { "/": () => { input.focus(); input.select(); return true; }, j: () => step(1), k: () => step(-1), f: narrow };
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, dialog");
  if (typing || !switched.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (keys[event.key]?.() || press(event.key)) event.preventDefault();
});
