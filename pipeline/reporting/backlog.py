"""A tagged file → the manager's page: what people complain about, how it feels to them, and what to look at first."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import SkargaError, nearest
from pipeline.labels import NEUTRAL
from pipeline.reporting.charts import FEWEST, Bars, draw_bars, rates, shade, shares_of, top_shares
from pipeline.reporting.counts import OUTCOMES, PLACES, REST, SEAM, Counts, Place, count_rows, parse_day
from pipeline.reporting.page import render, write_page
from pipeline.reporting.run_files import read_rejected, read_run, rejected_file
from pipeline.reporting.shares import share
from pipeline.reporting.tagged import TaggedRow, read_tagged
from pipeline.reporting.timeline import draw_timeline
from pipeline.reporting.words import LANGUAGES, Words, capital, load_words
from pipeline.text.mask import mask

_MOST_BARS = 10
_LONGEST_EXCERPT = 600  # characters of a message; the whole text stays in the tagged file


@dataclass(frozen=True)
class Queued:
    """A row of the review queue, in words; `text` is masked, None unless it was asked for."""

    id: str
    day: str
    category: str
    severity: int
    confidence: int  # per cent
    reasons: list[str]
    text: str | None


def write_report(tagged: Path, output: Path, language: str | None = None, show_text: bool = False) -> None:
    """Write one HTML page that needs nothing else, in `ru`, `uk` or `en` (None: what most complaints are in).

    Texts appear only with `show_text`, and then without personal data.

    Raises:
        SkargaError: The file is not a tagged one, the language is unknown, or the page cannot be written there.
    """
    if language is not None and language not in LANGUAGES:
        raise SkargaError(f"no page in language {language!r}", nearest(language, LANGUAGES))
    if output.resolve() == tagged.resolve():
        raise SkargaError(f"{output} is the tagged file itself", "name another file after -o, such as report.html")
    counts = count_rows(read_tagged(tagged))
    words = load_words(language or _usual_language(counts))
    write_page(render("backlog.html", **_fill(tagged, counts, words, show_text)), output)


def _usual_language(counts: Counts) -> str:
    return "ru" if counts.languages["ru"] > counts.languages["uk"] else "uk"


def _fill(tagged: Path, counts: Counts, words: Words, show_text: bool) -> dict[str, Any]:
    return {
        "words": words,
        "show_text": show_text,
        "fewest": FEWEST,
        "counts": counts,
        "source": tagged.name,
        "period": [words.day(day) for day in (min(counts.days), max(counts.days))] if counts.days else [],
        "tiles": _tiles(counts, words),
        "timeline": draw_timeline(counts.days, counts.urgent_days),
        "places": {place: _place(counts, place, words) for place in PLACES if counts.places[place]},
        "seam_places": {place: chart for place in PLACES if (chart := _seams(counts, place, words)).bars},
        "queue": [_queued(row, words, show_text) for row in counts.review_queue],
        "run": read_run(tagged),
        "rejected": read_rejected(tagged),
        "rejected_file": rejected_file(tagged).name,
        "decided": share(counts.outcomes["upheld"], counts.outcomes["upheld"] + counts.outcomes["rejected"]),
        **_labels(counts, words),
    }


def _labels(counts: Counts, words: Words) -> dict[str, Any]:
    total = counts.complaints
    emotions = [code for code, _ in counts.emotions.most_common() if code != NEUTRAL] + [NEUTRAL]
    named = shares_of(counts.categories, total)
    topics = shares_of(counts.category, total, sorted(named, key=lambda code: -counts.category[code]))
    return {
        "topics": draw_bars(topics, lambda code: words.label("category", code), named),
        "severity": draw_bars(shares_of(counts.severity, total, [3, 2, 1]), lambda code: words.label("severity", code)),
        "emotions": draw_bars(shares_of(counts.emotions, total, emotions), lambda code: words.label("emotion", code)),
        "signals": draw_bars(shares_of(counts.signals, total), lambda code: words.label("signals", code)),
        "outcomes": draw_bars(
            shares_of(counts.outcomes, total, [*OUTCOMES, REST]), lambda code: capital(words.name("outcomes", code))
        ),
        "reasons": draw_bars(shares_of(counts.review_reasons, counts.messages), words.reason),
        "heat_columns": [words.label("emotion", code) for code in emotions],
        "heat": [
            (words.label("category", code), cells)
            for code, cells in shade(counts.category_emotions, list(topics), emotions)
        ],
    }


def _tiles(counts: Counts, words: Words) -> list[tuple[str, str, str]]:
    """Return the figure, its name and its share for each tile."""
    total = counts.complaints
    of_messages, of_complaints = words.say("of_messages"), words.say("of_complaints")
    tiles = [
        ("complaints", share(total, counts.messages), of_messages),
        ("urgent", share(counts.severity[3], total), of_complaints),
        ("seams_tile", share(counts.categories[SEAM], total), of_complaints),
        ("review_tile", share(counts.needs_review, counts.messages), of_messages),
    ]
    return [
        (words.number(part.count), words.say(name), f"{words.percent(part)} {whole}") for name, part, whole in tiles
    ]


def _place(counts: Counts, place: Place, words: Words) -> Bars:
    shares, hidden = top_shares(counts.places[place], _MOST_BARS)
    return draw_bars(shares, lambda value: _place_name(place, value, words), hidden=hidden)


def _seams(counts: Counts, place: Place, words: Words) -> Bars:
    shares = rates(counts.seams[place], counts.places[place], _MOST_BARS)
    return draw_bars(shares, lambda value: _place_name(place, value, words))


def _place_name(place: Place, value: str, words: Words) -> str:
    return capital(words.name(f"{place}s", value)) if place in {"language", "channel"} else value


def _queued(row: TaggedRow, words: Words, show_text: bool) -> Queued:
    day = parse_day(row.date)
    return Queued(
        id=row.id,
        day=words.day(day) if day else "–",
        category=words.label("category", row.category),
        severity=row.severity,
        confidence=round(100 * row.category_confidence),
        reasons=[words.reason(reason) for reason in row.review_reasons],
        text=_excerpt(row.text) if show_text and row.text else None,
    )


def _excerpt(text: str) -> str:
    # Masked before it is cut: half a phone number is not recognised as one.
    masked = mask(text)
    return masked if len(masked) <= _LONGEST_EXCERPT else f"{masked[:_LONGEST_EXCERPT].rstrip()} …"
