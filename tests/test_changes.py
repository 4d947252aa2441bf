"""Programs follow the record by its changes."""

from tests.people import browser


def test_programs_follow_what_comes_in_and_what_is_taken_down(archive, tmp_path):
    for at in range(3):
        text = f"Ferry {at} runs again\n\nFerry number {at} left the old harbour on its way {at}."
        (tmp_path / f"{at}.txt").write_text(text)
    archive.ingest([tmp_path])
    client = browser(archive)
    first = client.get("/api/v1/changes?size=2")
    told = first.json()
    assert [change["kind"] for change in told["changes"]] == ["changed", "changed"]
    assert told["more"]
    following = first.headers["link"].partition(">")[0].removeprefix("<")
    rest = client.get(following).json()
    assert len(rest["changes"]) == 1
    assert not rest["more"]
    gone = told["changes"][0]["id"]
    archive.takedown.take_down(gone, reason="a test", by="desk")
    after = client.get(f"/api/v1/changes?since={rest['latest']}").json()
    assert {"id": gone, "kind": "taken down"}.items() <= after["changes"][-1].items()
    assert client.get(f"/api/v1/changes?since={after['latest']}").json()["changes"] == []
    every = client.get("/api/v1/changes").json()["changes"]
    assert [change["kind"] for change in every] == ["changed", "changed", "taken down"]
    assert len({change["id"] for change in every}) == 3


def test_programs_are_told_what_the_archive_holds(sample_archive):
    told = browser(sample_archive).get("/api/v1/status").json()
    assert told["articles"] == sample_archive.status().articles
    assert told["fault"] is None
