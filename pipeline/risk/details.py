"""Features and facts → the words and numbers behind a reason; of this customer and of all peers, of no other person."""

import re
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from pipeline.risk.features import Facts, Features
from pipeline.risk.phrases import Speech, phrase, phrases

_MONEY = ("claimed", "paid", "ordered", "spend")
_RATES = ("rate", "peer_rate")
_BASES = ("orders", "tenure")  # of a complaint rate
_NONE = "–"  # where a number that is only illustration is not known
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_BRACES = re.compile(r"\\\{(\w+)\\\}")  # as re.escape leaves them


class Sheet:
    """All that may be said of one case, in one language."""

    def __init__(self, features: Features, facts: Facts, model: Mapping[str, Any], speech: Speech = "en") -> None:
        self._speech = speech
        self._basis = facts.rate_basis
        self._values = {**model, **_values(features, facts, speech)}

    def detail(self, code: str) -> str:
        """Say what stands behind a reason: a feature, or another code under `reasons` in phrases.yaml."""
        code = f"{code}_{self._basis}" if code == "complaint_rate" else code
        return phrase("reasons", code, self._speech).format_map(self._values)

    def unknown(self, feature: str) -> str:
        """Say that a feature is not known and does not count."""
        return phrase("reasons", "unknown", self._speech).format(name=phrase("names", feature, self._speech))


def _values(features: Features, facts: Facts, speech: Speech) -> dict[str, Any]:
    values = {field.name: getattr(record, field.name) for record in (features, facts) for field in fields(record)}
    currency = f" {facts.currency}" if facts.currency else ""
    for name in _MONEY:
        if values[name] is not None:
            values[name] = number(values[name], speech) + currency
    for name in _RATES:
        if values[name] is not None:
            values[name] = number(values[name], speech, 2)
    values = {name: _NONE if value is None else value for name, value in values.items()}
    return values | {
        "complaints": features.earlier_complaints + 1,
        "disproportion": percent(features.disproportion or 0, speech),
        "mean_claim": percent(facts.mean_claim or 0, speech),
        "basis": phrase("basis", facts.money_basis or "orders", speech),
    }


def percent(share: float, speech: Speech) -> str:
    """A share in whole per cent."""
    return f"{number(100 * share, speech)} %"


def number(value: float, speech: Speech, decimals: int = 0) -> str:
    """A number as the language writes it."""
    return _localised(f"{value:,.{decimals}f}", speech)


def translated(code: str, said: str, speech: Speech) -> str:
    """Say in another language what `Sheet.detail` has said in English.

    So a record that was tagged long ago can be explained without its customer's history, and nothing else is said.

    Raises:
        ValueError: No phrase of this code could have said it.
    """
    name, values = _understood(code, said)
    return phrase("reasons", name, speech).format_map(
        {key: _translated_value(key, value, speech) for key, value in values.items()}
    )


def values_of(code: str, said: str) -> dict[str, str]:
    """What stood in the braces of the English phrase.

    Raises:
        ValueError: No phrase of this code could have said it.
    """
    return _understood(code, said)[1]


def _understood(code: str, said: str) -> tuple[str, dict[str, str]]:
    """The name of the phrase that said it, and its values."""
    for name in (code, *(f"{code}_{basis}" for basis in _BASES)):
        found = _pattern(name).fullmatch(said) if name in phrases()["reasons"] else None
        if found:
            return name, found.groupdict()
    raise ValueError(f"no phrase of {code} says this")


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """What the English phrase says of any values."""
    bases = "|".join(re.escape(one["en"]) for one in phrases()["basis"].values())
    text = re.escape(phrase("reasons", name, "en"))
    return re.compile(_BRACES.sub(lambda found: f"(?P<{found[1]}>{bases if found[1] == 'basis' else '.+?'})", text))


def _translated_value(name: str, value: str, speech: Speech) -> str:
    if name == "basis":
        return next(str(one[speech]) for one in phrases()["basis"].values() if one["en"] == value)
    return _NUMBER.sub(lambda found: _localised(found[0], speech), value)


def _localised(digits: str, speech: Speech) -> str:
    return digits if speech == "en" else digits.replace(",", "\u00a0").replace(".", ",")
