"""How a text is cut for the recogniser: nothing lost, nothing joined that stands apart."""

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.extract.tagger import blocks


def test_paragraphs_are_read_one_by_one() -> None:
    text = "The first one.\n\nThe second one."

    assert [b.text for b in blocks(text)] == ["The first one.", "The second one."]


def test_wrapped_line_is_joined() -> None:
    text = "The minister of foreign affairs of the Republic of\nKiribati spoke\nbriefly."

    assert [b.text for b in blocks(text)] == [text.replace("\n", " ")]


def test_line_of_a_list_stands_alone() -> None:
    text = "Ada Novak 3\nBen Okoro 2\nChi Wen 1"

    assert len(list(blocks(text))) == 3


@settings(max_examples=100)
@given(st.text(alphabet="aB. \n", max_size=300))
def test_blocks_hold_every_word_at_its_place(text: str) -> None:
    found = list(blocks(text))

    for block in found:
        original = text[block.start : block.start + len(block.text)]
        assert original.replace("\n", " ") == block.text
    assert "".join("".join(b.text.split()) for b in found) == "".join(text.split())
