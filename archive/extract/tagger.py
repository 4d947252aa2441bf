"""Text in, the spans that a spaCy pipeline takes for names out.

The text is tagged paragraph by paragraph: no name crosses a paragraph, a text of any length is
read whole, and the small English model is a third faster that way than on whole articles.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.errors import ModelError

# Longest piece handed to the pipeline, in characters: spaCy refuses a million, and its memory
# grows by about a gigabyte for 100,000.
_LONGEST_BLOCK = 20_000
_BATCH = 64
# A line this long that goes on in the next one was wrapped, not ended.
_WRAPPED_LINE = 45
_SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]]*\s*$")


@dataclass(frozen=True, slots=True)
class Entity:
    """`text[start:end]` is a name of the kind `label` (OntoNotes: PERSON, ORG, GPE …)."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a line that is one: `text[start:end]`, without wrapped lines' breaks."""

    start: int
    text: str


class Tagger:
    """A spaCy pipeline of which only the name recogniser (and what it listens to) is loaded."""

    def __init__(self, model: str) -> None:
        import spacy
        from threadpoolctl import ThreadpoolController

        # Only names are needed; in the packaged pipelines the recogniser reads its own vectors.
        unused = ["tagger", "parser", "attribute_ruler", "lemmatizer", "morphologizer", "senter"]
        try:
            self._nlp = spacy.load(model, exclude=unused)
        except (OSError, ValueError, ImportError) as error:
            raise ModelError(
                f"the name recogniser {model!r} cannot be loaded",
                hint="install it with pip, or name an installed spaCy pipeline in "
                "ARCHIVE_SPACY_MODEL",
            ) from error
        if "ner" not in self._nlp.pipe_names:
            raise ModelError(
                f"the spaCy pipeline {model!r} has no name recogniser",
                hint="choose a pipeline with the component 'ner'",
            )
        self.language: str = self._nlp.lang
        # NumPy's BLAS takes a third less time than the one that thinc brings, for the same names;
        # on one thread, since a large ingest has a process a core.
        for _, pipe in self._nlp.pipeline:
            for node in pipe.model.walk() if hasattr(pipe, "model") else ():
                if hasattr(node.ops, "use_blis"):
                    node.ops.use_blis = False
        self._threads = ThreadpoolController()

    def tag(self, texts: Sequence[str]) -> list[list[Entity]]:
        """The names of each text, in order of appearance; empty texts have none."""
        found: list[list[Entity]] = [[] for _ in texts]
        pieces = (
            (block.text, (n, block.start)) for n, t in enumerate(texts) for block in blocks(t)
        )
        with self._threads.limit(limits=1, user_api="blas"):
            for doc, (number, start) in self._nlp.pipe(pieces, as_tuples=True, batch_size=_BATCH):
                found[number].extend(
                    Entity(start + e.start_char, start + e.end_char, e.label_) for e in doc.ents
                )
        return found


def blocks(text: str) -> Iterator[Block]:
    """The paragraphs of a text, long ones in pieces: `len(block.text)` characters from `start`.

    Inside a paragraph a line's end is kept only where the line is a sentence or an item of its
    own; where it was wrapped, the break becomes a space, so that names go on over it.
    """
    start = end = 0
    for line in re.finditer(r"[^\n]*(?:\n|$)", text):
        end = line.end()
        if end > start and not _goes_on(text, line.start(), end, start):
            yield from _pieces(text, start, end)
            start = end
    if end > start:
        yield from _pieces(text, start, end)


def _goes_on(text: str, line_start: int, end: int, block_start: int) -> bool:
    line = text[line_start:end].rstrip("\n")
    after = text[end : end + 1]
    if not line.strip() or not after or after == "\n" or end - block_start > _LONGEST_BLOCK:
        return False
    return not _SENTENCE_END.search(line) and (after.islower() or len(line) >= _WRAPPED_LINE)


def _pieces(text: str, start: int, end: int) -> Iterator[Block]:
    while end - start > _LONGEST_BLOCK:
        space = text.rfind(" ", start, start + _LONGEST_BLOCK)
        cut = space + 1 if space > start else start + _LONGEST_BLOCK
        yield Block(start, text[start:cut].replace("\n", " "))
        start = cut
    if text[start:end].strip():
        yield Block(start, text[start:end].rstrip("\n").replace("\n", " "))
