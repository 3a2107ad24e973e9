"""A tagged record → why its risk is what it is, in plain Russian or Ukrainian, for the agent and for the customer.

What the person concerned may ask for: the procedure and principles actually applied and the data used, in a form that
they understand (GDPR art. 15(1)(h), CJEU C-203/22 Dun & Bradstreet, 27 February 2025; for Ukraine, art. 8(2)(12) of the
law on the protection of personal data; for Russia, art. 16 of 152-FZ).
"""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml

from pipeline.data.schema import Reason, Tag
from pipeline.risk.details import number, translated, values_of
from pipeline.risk.guards import GUARDS
from pipeline.risk.phrases import Speech, phrase
from pipeline.risk.scorecard import BASE, CONTEXT, SHORT_HISTORY, UNKNOWN

Reader = Literal["agent", "customer"]
READERS: tuple[Reader, ...] = ("agent", "customer")
_STRONG, _CLEAR, _SLIGHT = 1.0, 0.3, 0.05  # log-odds; what weighs less than the last, a point in a hundred, is left out
_MOST, _LEAST = 0.95, 0.01  # scores beyond which no number is said: a model is never that sure of a person
_TELLING = (BASE, SHORT_HISTORY)  # reasons that say what the model itself is like


def explain(tag: Tag, speech: Speech, readers: Sequence[Reader] = READERS) -> str:
    """Explain the risk of one record, a section for each reader.

    Args:
        tag: What `skarga tag` has said.
        speech: `ru` or `uk`.
        readers: Who reads it.
    """
    return "\n\n".join("\n".join(_section(tag, speech, reader)) for reader in readers) + "\n"


def _section(tag: Tag, speech: Speech, reader: Reader) -> Iterator[str]:
    words = _words()[reader]
    reasons = tag.complainer_risk_reasons
    yield words["title"][speech].format(id=tag.id)
    yield words["level"][tag.complainer_risk][speech]
    if tag.complainer_risk_score is not None and words["score"][speech]:
        yield words["score"][speech].format(
            count=_of_a_hundred(tag.complainer_risk_score, speech), origin=_origin(reasons, speech)
        )
    yield words["person"][speech]
    if days := _memory(reasons):
        yield words["used"][speech].format(memory_days=days)
    for heading, lines in _lists(reasons, speech):
        yield words[heading][speech]
        yield from (f"  • {line}" for line in lines)
    yield words["object"][speech]


def _of_a_hundred(score: float, speech: Speech) -> str:
    size = "most" if score > _MOST else "least" if score < _LEAST else "about"
    return str(_words()["count"][size][speech]).format(percent=number(100 * score, speech))


def _lists(reasons: Sequence[Reason], speech: Speech) -> Iterator[tuple[str, list[str]]]:
    """Headings and lines: what speaks for the risk and against it, what is missing, what does not count, what helps."""
    conduct = [one for one in reasons if abs(one.weight) >= _SLIGHT and one.code != BASE]
    lists = {
        "for": [_said(one, speech) for one in conduct if one.weight > 0],
        "against": [_said(one, speech) for one in conduct if one.weight < 0],
        "limits": [translated(one.code, one.detail, speech) for one in reasons if one.code in GUARDS],
        "unknown": [
            *(translated(one.code, one.detail, speech) for one in reasons if one.code == SHORT_HISTORY),
            *(_unknown(one.code, speech) for one in reasons if one.code.startswith(UNKNOWN)),
        ],
        "context": [
            translated(one.code.removeprefix(CONTEXT), one.detail, speech)
            for one in reasons
            if one.code.startswith(CONTEXT)
        ],
        "lower": _lowering([one.code for one in conduct if one.weight > 0], _memory(reasons), speech),
    }
    return ((heading, lines) for heading, lines in lists.items() if lines)


def _said(reason: Reason, speech: Speech) -> str:
    strength = "strong" if abs(reason.weight) >= _STRONG else "clear" if abs(reason.weight) >= _CLEAR else "slight"
    return f"{translated(reason.code, reason.detail, speech)} ({_words()['strength'][strength][speech]})"


def _unknown(code: str, speech: Speech) -> str:
    name = phrase("names", code.removeprefix(UNKNOWN), speech)
    return phrase("reasons", "unknown", speech).format(name=name)


def _lowering(codes: Sequence[str], memory_days: str | None, speech: Speech) -> list[str]:
    """What the customer can do, or wait for."""
    chosen = (one for one in _words()["lower"].values() if set(one["reasons"]) & set(codes))
    return [one[speech].format(memory_days=memory_days) for one in chosen]


def _memory(reasons: Sequence[Reason]) -> str | None:
    """How far back conduct counts, in days; None where nothing was looked at."""
    return next((values_of(one.code, one.detail)["memory_days"] for one in reasons if one.code in _TELLING), None)


def _origin(reasons: Sequence[Reason], speech: Speech) -> str:
    """Whose conduct the model was fitted on."""
    name = next(values_of(BASE, one.detail)["origin"] for one in reasons if one.code == BASE)
    known: dict[str, Any] = _words()["origin"]
    return str(known[name][speech]) if name in known else name


@cache
def _words() -> dict[str, Any]:
    text = resources.files("pipeline.risk").joinpath("explanation.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded
