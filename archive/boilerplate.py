"""Paragraphs of an article without those that are not part of it.

Rules speak of the form of a paragraph (a credit at its end, a headline where none belongs) and
of a few set phrases; none knows a site. What a rule cannot tell apart stays.
"""

import re
from collections.abc import Sequence

from indexes.names import fold


def _phrases(text: str) -> frozenset[str]:
    """Phrases between bars, as `_call` leaves them."""
    return frozenset(fold(phrase) for phrase in text.split("|"))


# Calls to read something else. What follows one is a headline of another article.
_ONE_LINK = _phrases(
    """
    read more | read also | also read | see also | read next | read on | continue reading |
    learn more | more on this | go deeper | watch | watch also | listen | recommended |
    you may like | mehr lesen | lesen sie auch | weiterlesen | auch interessant | lire aussi |
    a lire aussi | voir aussi | en savoir plus | leer mas | lea tambien | lee tambien |
    ver tambien | mas informacion | te puede interesar | leia mais | leia tambem |
    veja tambem | saiba mais | leggi anche | leggi di piu | lees ook | lees meer | las mer |
    les ogsa | les mer | laes ogsa | devamini oku | ayrica oku | ayrica okuyun |
    bunlari da okuyun | czytaj takze | czytaj tez | читайте также | подробнее | اقرأ ايضا |
    اقرا المزيد
    """
)
_MANY_LINKS = _phrases(
    """
    related | related articles | related stories | related news | related topics |
    related content | related coverage | more stories | more news | most read | most popular |
    top stories | editors' picks | editor's picks | trending | trending now |
    recommended stories | more from this section | up next | mehr zum thema | zum thema |
    sur le meme sujet | noticias relacionadas | articulos relacionados | relacionadas |
    articoli correlati | ilgili haberler
    """
)
# Words of a call, and signs that stand apart around them.
_MOST_WORDS = 12
_FURNITURE = re.compile(
    r"""(?:
      (?:advertisement|advertising|sponsored|story\ continues\ below.*|article\ continues\ below.*)
    | (?:anzeige|werbung|publicite|publicidad|publicidade|pubblicita|reklam|advertentie)
    | (?:share|tweet|print|email|save|comment|comments|copy\ link|share\ this(?:\ \w+)?)
    | (?:share\ (?:on|via)\ .*|teilen|partager|compartir|condividi|paylas)
    | (?:sign\ up|subscribe|register|log\ in|sign\ in)(?:\ (?:now|here|for|to)\b.*)?
    | (?:follow|like|find|join)\ us\ on\ .*
    | (?:click|tap)\ here\b.*
    | (?:get|sign\ up\ for)\ (?:the|our)\ .*(?:newsletter|app|inbox).*
    | (?:all\ rights\ reserved|(?:copyright|©|\(c\))\ .*(?:reserved|\d{4}).*)
    | (?:we\ use|this\ (?:web)?site\ uses)\ cookies\b.*
    | (?:accept|reject|manage)\ (?:all\ )?cookies.*
    | (?:accept|agree)(?:\ all)?
    | (?:_+|-{3,}|\*(?:\s*\*)*|=+|•+)
    )[.:!]?""",
    re.VERBOSE | re.IGNORECASE,
)
_LONGEST_FURNITURE = 200
_PHOTO = (
    "(?:photo(?:graph|grapher)?|picture|image|foto|bild|fotograf[ií]a|fotoğraf|imagen|immagine"
    "|illustration)s?"
)
# Who took the picture, at the end of its caption.
_CREDIT = re.compile(
    rf"""(?:
      (?:^|[/|(\[–—•.])\s*(?:file\ |archive\ |handout\ )?{_PHOTO}
        \s*(?:by\ |:|/|\(c\)|©|credit:?)\s*(?P<photo>[^/|]{{2,80}}?)
    | (?:^|[/|(\[–—•.])\s*(?:photo\ |image\ |picture\ )?
        (?:credits?|crédit|cr[eé]dito|quelle)\s*:\s*(?P<credit>[^/|]{{2,80}}?)
    | \((?P<agency>[\w\ .'’-]{{2,40}}(?:photo|images?|pictures?|foto|archiv))
        \s*(?:/|via|,)[^)]{{2,80}}\)
    | (?:^|[/|(\[–—•])\s*(?P<owner>(?:©|\(c\)|getty\ images|via\ getty|courtesy\ of)[^/|]{{0,60}}?)
    )[)\].]?$""",
    re.VERBOSE | re.IGNORECASE,
)
_LONGEST_CAPTION = 600
_SENTENCE_END = re.compile(r"[.!?…:;。！？؟।][\"'”’»«)\]]*$|[\"”»)\]]$")
_LONGEST_HEADLINE = 140
# A line that is shorter than this says too little to be sure that its repetition is an accident.
_SHORTEST_DOUBLED = 25
# So many lines without an end in a row are a table or a list, not something left behind.
_MOST_STRAY = 2
_LONGEST_STRAY = 60
_FEWEST_SENTENCES = 2


def without_boilerplate(blocks: Sequence[str], title: str = "") -> list[str]:
    """The paragraphs that belong to the article, in their order."""
    kept = [block for block in blocks if not _is_furniture(block)]
    kept = _without_links(kept)
    kept = _without_captions(kept)
    kept = _without_doubled(kept, title)
    return _without_stray_end(kept)


def is_call(block: str) -> bool:
    """A call to read something else ("Read more")."""
    if len(block.split(maxsplit=_MOST_WORDS)) > _MOST_WORDS:
        return False  # told at once: whole pages are asked about
    return (call := _call(block)) in _ONE_LINK or call in _MANY_LINKS


def looks_like_headline(block: str) -> bool:
    """A short line that is no sentence."""
    return len(block) <= _LONGEST_HEADLINE and not _SENTENCE_END.search(block)


def _is_furniture(block: str) -> bool:
    return len(block) <= _LONGEST_FURNITURE and bool(_FURNITURE.fullmatch(block))


def _call(block: str) -> str:
    return fold(block).strip(" :>»→…|-.")


def _without_links(blocks: Sequence[str]) -> list[str]:
    """Without calls to read on, and without the headlines that they stand over: one below a
    call for one article, all below a call for several.
    """
    kept: list[str] = []
    links = 0
    for block in blocks:
        call = _call(block)
        if call in _ONE_LINK:
            links = max(links, 1)
        elif call in _MANY_LINKS:
            links = len(blocks)
        elif (begun := _call(block.split(":", 1)[0])) != call and (
            begun in _ONE_LINK or begun in _MANY_LINKS
        ):
            links = 0  # "Read also: the other headline" is both in one
        elif links and looks_like_headline(block):
            links -= 1
        else:
            links = 0
            kept.append(block)
    return kept


def _without_captions(blocks: Sequence[str]) -> list[str]:
    """Without captions that name who took the picture, and that name where it stands alone."""
    takers: set[str] = set()
    kept: list[str] = []
    for block in blocks:
        match = _CREDIT.search(block) if len(block) <= _LONGEST_CAPTION else None
        if match is None:
            kept.append(block)
        else:
            takers.update(fold(name) for name in match.groups() if name)
    return [block for block in kept if fold(block).strip("()[] ") not in takers]


def _without_doubled(blocks: Sequence[str], title: str) -> list[str]:
    """Each paragraph once; the headline not again above the body."""
    seen: set[str] = set()
    kept: list[str] = []
    for block in blocks:
        folded = fold(block)
        if not kept and folded == fold(title):
            continue
        if folded in seen and len(folded) >= _SHORTEST_DOUBLED:
            continue
        seen.add(folded)
        kept.append(block)
    return kept


def _without_stray_end(blocks: Sequence[str]) -> list[str]:
    """Without a last line or two that end no sentence: headings of nothing, left behind by
    what stood below the article.
    """
    end = len(blocks)
    while end and len(blocks[end - 1]) <= _LONGEST_STRAY and looks_like_headline(blocks[end - 1]):
        end -= 1
    stray = len(blocks) - end
    sentences = sum(1 for block in blocks[:end] if _SENTENCE_END.search(block))
    if stray > _MOST_STRAY or sentences < _FEWEST_SENTENCES:
        return list(blocks)
    return list(blocks[:end])
