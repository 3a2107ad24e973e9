"""Features and facts → the words and numbers behind a reason; of this customer and of all peers, of no other person."""

from dataclasses import asdict
from typing import Any

from pipeline.risk.features import Facts, Features
from pipeline.risk.phrases import Speech, phrase

_MONEY = ("claimed", "paid", "ordered", "spend")


class Share(float):
    """A share that `{…:%}` prints in whole per cent."""

    def __format__(self, form: str) -> str:
        return f"{round(100 * self)} %" if form == "%" else super().__format__(form)


def detail(code: str, features: Features, facts: Facts, speech: Speech = "en", **more: Any) -> str:  # noqa: ANN401
    """Say what stands behind a reason.

    Args:
        code: A feature, or another code under `reasons` in phrases.yaml.
        features: What is known.
        facts: The numbers behind it.
        speech: The language.
        more: Further values for the braces: those of the model.
    """
    if code == "complaint_rate":
        code = f"{code}_{facts.rate_basis}"
    return phrase("reasons", code, speech).format_map(_values(features, facts, speech) | more)


def detail_of_unknown(feature: str, speech: Speech = "en") -> str:
    """Say that a feature is not known and does not count."""
    return phrase("reasons", "unknown", speech).format(name=phrase("names", feature, speech))


def _values(features: Features, facts: Facts, speech: Speech) -> dict[str, Any]:
    known = asdict(features) | asdict(facts)
    currency = f" {facts.currency}" if facts.currency else ""
    money = {name: f"{number(known[name], speech)}{currency}" for name in _MONEY if known[name] is not None}
    rates = {name: number(known[name], speech, 2) for name in ("rate", "peer_rate") if known[name] is not None}
    return (
        known
        | money
        | rates
        | {
            "complaints": features.earlier_complaints + 1,
            "demanded_reasons": features.reason_hops + 1,
            "vague_share": Share(features.vague_share),
            "venting_share": Share(features.venting_share),
            "disproportion": f"{number(100 * (features.disproportion or 0), speech)} %",
            "basis": phrase("basis", facts.money_basis, speech) if facts.money_basis else "",
        }
    )


def number(value: float, speech: Speech, decimals: int = 0) -> str:
    """A number as the language writes it."""
    text = f"{value:,.{decimals}f}"
    return text if speech == "en" else text.replace(",", "\u00a0").replace(".", ",")
