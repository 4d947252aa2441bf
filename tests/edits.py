"""Invented reports, and what other papers make of them."""

import random
from collections.abc import Iterator

WHO = (
    "council ministry fishermen union nurses pilots museum railway farmers bakery court brigade "
    "theatre observatory cooperative parliament orchestra refinery shipyard university clinic"
).split()
DID = (
    "announced rejected postponed examined welcomed criticised approved measured abandoned "
    "repaired defended published withdrew counted inspected praised questioned financed"
).split()
WHAT = (
    "budget bridge treaty harvest timetable dam vaccine archive lighthouse tunnel festival "
    "contract survey pipeline subsidy census telescope quarry ferry orchard levy canal statue"
).split()
HOW = (
    "narrow costly early secret regional ancient northern unusual promised temporary public "
    "damaged generous joint modest rapid final disputed quiet second"
).split()
WHEN = (
    "on Monday|after weeks of talks|despite the rain|before the holidays|in a vote at night|"
    "for the first time since spring|without giving a reason|at a crowded meeting"
).split("|")
BOILERPLATE = "Our newsletter brings the day's stories every morning; you may leave it at any time."
CREDITS = (
    "This report was first published by the Harbour Wire and is printed here with permission.",
    "Reporting by our staff and agencies. Additional reporting from Eastville.",
    "© Meridian News Service. All rights reserved; no part may be passed on.",
    "EASTVILLE (Harbour Wire) —",
)


def report(rng: random.Random, sentences: int) -> list[str]:
    """Sentences about one matter: what it is about comes back, as in any article."""
    people, things = rng.sample(WHO, 5), rng.sample(WHAT, 6)
    made = []
    for _ in range(sentences):
        words = ["The", rng.choice(HOW), rng.choice(people), rng.choice(DID), "the"]
        words += [rng.choice(HOW), rng.choice(things), rng.choice(WHEN)]
        if rng.random() < 0.6:
            words += [
                "and",
                rng.choice(DID),
                "a",
                rng.choice(things),
                "of",
                str(rng.randrange(999)),
            ]
        made.append(" ".join(words) + ".")
    return made


def swapped(rng: random.Random, lines: list[str], share: float) -> list[str]:
    """Words in so large a share of places replaced by others."""
    others = (*WHO, *WHAT, *HOW, *DID)
    return [
        " ".join(rng.choice(others) if rng.random() < share else w for w in line.split())
        for line in lines
    ]


def changed(rng: random.Random, lines: list[str]) -> list[str]:
    """Words in 2 to 15 % of places replaced by others."""
    return swapped(rng, lines, rng.uniform(0.02, 0.15))


def cut(rng: random.Random, lines: list[str]) -> list[str]:
    """The beginning alone: 35 to 90 % of it."""
    return lines[: max(6, round(len(lines) * rng.uniform(0.35, 0.9)))]


def framed(rng: random.Random, lines: list[str]) -> list[str]:
    """Two sentences dropped, credits before it, boilerplate after it."""
    at = rng.randrange(max(1, len(lines) // 3))
    return [*rng.sample(CREDITS, 2), *lines[:at], *lines[at + 2 :], BOILERPLATE]


def all_together(rng: random.Random, lines: list[str]) -> list[str]:
    """Cut to 70 %, words changed in 6 % of places, a credit and boilerplate."""
    kept = lines[: max(8, round(len(lines) * 0.7))]
    return [rng.choice(CREDITS), *swapped(rng, kept, 0.06), BOILERPLATE]


def shouted(rng: random.Random, lines: list[str]) -> list[str]:
    """In capitals."""
    return [line.upper() for line in lines]


EDITS = (changed, cut, framed, all_together, shouted)


def edits(rng: random.Random, lines: list[str]) -> Iterator[list[str]]:
    """What other papers make of a text: changed, cut, framed, and all of it."""
    for edit in EDITS:
        yield edit(rng, lines)


def rewritten(rng: random.Random, lines: list[str]) -> list[str]:
    """Another report of the same matter that quotes a sentence and shares the boilerplate."""
    people = [w for w in WHO if any(w in line for line in lines)]
    things = [w for w in WHAT if any(w in line for line in lines)]
    told = [
        f"{rng.choice(WHEN).capitalize()}, a {rng.choice(HOW)} {rng.choice(things)} was what the "
        f"{rng.choice(people)} had {rng.choice(DID)} ({rng.randrange(999)})."
        for _ in lines
    ]
    return [*told, rng.choice(lines), BOILERPLATE]
