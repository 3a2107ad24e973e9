"""A page's language → its phrases, names of labels, numbers and dates."""

from dataclasses import dataclass
from datetime import date
from math import inf
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from pipeline.errors import SkargaError
from pipeline.labels import Labels, load_labels
from pipeline.reporting.manager.changes import Change
from pipeline.reporting.shares import Share
from pipeline.serving.bundle import LABELS as BUNDLED_LABELS
from pipeline.serving.bundle import default_bundle

LABELS = Path(__file__).parents[2] / "configs" / "labels.yaml"
LANGUAGES = ("ru", "uk", "en")
NARROW_SPACE = "\u202f"


class Phrase(BaseModel):
    """One phrase in every language of the page."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    ru: str
    uk: str
    en: str


Phrases = dict[str, dict[str, Phrase]]


@dataclass(frozen=True)
class Words:
    """Everything that a page says in one language."""

    language: str
    phrases: Phrases
    labels: Labels | None  # None where neither a checkout nor a bundle is there: codes are shown then

    def say(self, phrase: str, **values: object) -> str:
        """Return the phrase with its `{values}` filled in."""
        return self.name("text", phrase).format(**values)

    def name(self, group: str, code: str) -> str:
        """Name a code of a phrase group (channels, outcomes, …); an unknown code is shown as it is."""
        phrase = self.phrases[group].get(code)
        return str(getattr(phrase, self.language)) if phrase else pretty(code)

    def label(self, head: str, code: str | int) -> str:
        """Name a label of configs/labels.yaml."""
        names = getattr(self.labels, head).get(code) if self.labels and self.language != "en" else None
        return capital(getattr(names, self.language) if names else self.name("codes", str(code)))

    def reason(self, code: str) -> str:
        """Put a review reason such as `low_confidence:category` into words."""
        reason, _, task = code.partition(":")
        return self.name("reasons", reason) + (f" ({self.name('tasks', task)})" if task else "")

    def number(self, value: float) -> str:
        """Write a number as the language does: whole ones in groups of three, others with one decimal."""
        text = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
        return text if self.language == "en" else text.replace(",", NARROW_SPACE).replace(".", ",")

    def decimal(self, value: float) -> str:
        """Write a measured number in three figures."""
        return f"{value:.3g}" if self.language == "en" else f"{value:.3g}".replace(".", ",")

    def percent(self, share: Share) -> str:
        """Write a share in whole per cent with its interval."""
        if not share.total:
            return "–"
        return f"{share.value:.0%} ({share.low * 100:.0f}–{share.high * 100:.0f})".replace("%", f"{NARROW_SPACE}%")

    def change(self, change: Change) -> str:
        """Write a change in whole per cent with its interval."""
        if not change.before:
            return self.say("all_new") if change.now else self.say("no_change")
        if change.high == inf:
            return f"{self._signed(change.ratio)} ({self.say('at_least', low=self._signed(change.low))})"
        low = self._signed(change.low).removesuffix(f"{NARROW_SPACE}%")
        return f"{self._signed(change.ratio)} ({low}…{self._signed(change.high)})"

    def _signed(self, ratio: float) -> str:
        percent = round(100 * (ratio - 1))
        sign = "+" if percent > 0 else "−" if percent < 0 else ""
        return f"{sign}{self.number(abs(percent))}{NARROW_SPACE}%"

    def day(self, day: date) -> str:
        """Write a day as the language does."""
        return day.isoformat() if self.language == "en" else f"{day:%d.%m.%Y}"


def load_words(language: str) -> Words:
    """Read phrases and label names for `ru`, `uk` or `en`."""
    phrases = yaml.safe_load((Path(__file__).parent / "phrases.yaml").read_text("utf-8"))
    return Words(language, TypeAdapter(Phrases).validate_python(phrases), _labels())


def _labels() -> Labels | None:
    """Find the names of labels in the checkout or, where only the package is installed, in the bundle in use."""
    try:
        return load_labels(LABELS if LABELS.is_file() else default_bundle() / BUNDLED_LABELS)
    except SkargaError:
        return None


def pretty(code: str) -> str:
    """Make a code readable: `service_loop` → `service loop`."""
    return code.replace("_", " ")


def capital(text: str) -> str:
    """Start with a capital letter and leave the rest as it is."""
    return text[:1].upper() + text[1:]
