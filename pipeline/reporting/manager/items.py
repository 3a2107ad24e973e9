"""Findings → the sets of rows that the page counts, named in its language: one list for each chart."""

from collections.abc import Mapping

from pipeline.labels import NEUTRAL
from pipeline.reporting.manager.attention import URGENT
from pipeline.reporting.manager.columns import Single
from pipeline.reporting.manager.findings import OUTCOMES, SEAM, Findings
from pipeline.reporting.manager.measures import Item, counted
from pipeline.reporting.manager.seams import KINDS
from pipeline.reporting.manager.table import Table
from pipeline.reporting.words import Words, capital

PLACES = ("company", "product", "channel", "language")
MOST_PLACES = 10
_PLEASANT = (NEUTRAL, "joy")  # more of them is not worse


def categories(found: Findings, words: Words) -> list[Item]:
    """Complaints by main reason, the commonest first."""
    table, complaints = found.table, found.measures.complaints
    return [
        Item(code, words.label("category", code), complaints & table.category.equal(code), counted(category=code))
        for code, _ in table.category.count(complaints).most_common()
    ]


def emotions(found: Findings, words: Words) -> list[Item]:
    """Complaints by emotion, neutral last; one complaint may show several."""
    table, complaints = found.table, found.measures.complaints
    codes = [code for code, _ in table.emotions.count(complaints).most_common()]
    return [
        Item(code, words.label("emotion", code), complaints & table.emotions.holding(code), counted(emotions=code))
        for code in sorted(codes, key=lambda code: code == NEUTRAL)
    ]


def severities(found: Findings, words: Words) -> list[Item]:
    """Complaints by severity, the gravest first."""
    levels = {level: found.measures.complaints & (found.table.severity == level) for level in (URGENT, 2, 1)}
    return [
        Item(str(level), words.label("severity", level), rows, counted(severity=str(level)))
        for level, rows in levels.items()
    ]


def signals(found: Findings, words: Words) -> list[Item]:
    """Complaints by wording that points at something, the commonest first."""
    table, complaints = found.table, found.measures.complaints
    return [
        Item(code, words.label("signals", code), complaints & table.signals.holding(code), counted(signals=code))
        for code, _ in table.signals.count(complaints).most_common()
    ]


def outcomes(found: Findings, words: Words) -> list[Item]:
    """Complaints by what became of them, those without a known outcome last."""
    table, complaints = found.table, found.measures.complaints
    items = [
        Item(code, capital(words.name("outcomes", code)), complaints & table.outcome.equal(code), counted(outcome=code))
        for code in OUTCOMES
    ]
    unknown = found.flags["undecided"]
    return [*items, Item("", capital(words.name("outcomes", "")), unknown, counted(flags="undecided"))]


def places(found: Findings, place: str, words: Words) -> list[Item]:
    """Complaints by the commonest values of a place."""
    values, complaints = column(found.table, place), found.measures.complaints
    counts = sorted(values.count(complaints).items(), key=lambda item: (-item[1], item[0]))
    return [
        Item(value, place_name(place, value, words), complaints & values.equal(value), counted(**{place: value}))
        for value, _ in counts[:MOST_PLACES]
    ]


def seam_kinds(found: Findings, words: Words) -> list[Item]:
    """Seams by how they were recognised."""
    kinds = found.seams.kinds
    return [Item(kind, words.say(f"seam_{kind}"), kinds[kind], counted(flags=kind)) for kind in KINDS]


def seam_places(found: Findings, place: str, words: Words) -> list[Item]:
    """Seams by the values of a place that have most of them."""
    values = column(found.table, place)
    return [
        Item(value, place_name(place, value, words), found.seams.any & values.equal(value),
             counted(**{place: value}, flags=SEAM))
        for value, _ in values.count(found.seams.any).most_common(MOST_PLACES)
    ]  # fmt: skip


def seam_pairs(found: Findings, words: Words) -> list[Item]:
    """Seams by the pairs of categories named together in them."""
    table, seams = found.table, found.seams
    return [
        Item("+".join(pair), " + ".join(words.label("category", code) for code in pair),
             seams.any & table.categories.holding(*pair), counted(categories=list(pair), flags=SEAM))
        for pair in seams.pairs
    ]  # fmt: skip


def unwelcome(found: Findings, words: Words) -> list[Item]:
    """Everything whose growth is bad news: urgent cases, seams, reasons, feelings, places."""
    seam = Item(SEAM, words.say("seams_short"), found.seams.any, counted(flags=SEAM))
    felt = [item for item in emotions(found, words) if item.code not in _PLEASANT]
    where = [item for place in ("product", "channel", "company") for item in places(found, place, words)]
    return [severities(found, words)[0], seam, *categories(found, words), *felt, *where]


def place_name(place: str, value: str, words: Words) -> str:
    """Name a value of a place: languages and channels have names, companies and products are names."""
    return capital(words.name(f"{place}s", value)) if place in {"language", "channel"} else value


def column(table: Table, place: str) -> Single:
    """Return the column of a place."""
    columns: Mapping[str, Single] = {
        "company": table.company, "product": table.product, "channel": table.channel, "language": table.language,
    }  # fmt: skip
    return columns[place]
