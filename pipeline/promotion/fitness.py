"""Tags of a sample of the user's own rows → whether the model is fit for such messages, in plain words.

Nothing here knows whether an answer is right: only labelled rows can tell. What is looked at is how far the rows are
like those that the model was made and calibrated on. A limit counts as crossed where the whole 95 % interval is beyond.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import mean, median
from typing import Any, Literal

from pipeline.reporting.shares import Share, share
from pipeline.serving.calibration import Levels

FEW = 50  # rows: with fewer every share is a guess
Level = Literal["good", "care", "bad"]
Tags = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Limit:
    """A share of rows from which on care is needed, and one from which on the model is not fit; what to do then."""

    care: float
    bad: float
    remedy: str

    def judge(self, found: Share) -> Level:
        """Say where a share lies."""
        return "bad" if found.low > self.bad else "care" if found.low > self.care else "good"


_UNREADABLE = Limit(0.01, 0.2, "look at the reasons: skarga tag FILE -o OUT, then OUT.rejected.jsonl")
_FOREIGN = Limit(0.05, 0.3, "keep other languages apart: their tags mean little")
_STRANGE = Limit(0.05, 0.2, "label some of these rows and train on them: docs/retraining.md")
_LONG = Limit(0.1, 0.5, "cut signatures and quoted mail off, or train with a greater train.max_tokens")
_SHORT = Limit(0.2, 0.6, "messages of a word or two cannot be tagged: ask for more, or leave them out")
_UNSURE = Limit(0.1, 0.4, "label some hundred rows and train on them: docs/retraining.md")


@dataclass(frozen=True)
class Aspect:
    """One thing that was looked at: the share of rows it concerns, what it means, and what to do about it."""

    name: str
    level: Level
    found: Share
    meaning: str
    remedy: str  # empty where all is good


@dataclass(frozen=True)
class Fitness:
    """What a sample of rows says of a model."""

    rows: int
    aspects: Sequence[Aspect]
    language: Mapping[str, int]
    automation: Mapping[str, int]
    review_reasons: Mapping[str, int]
    mean_confidence: float | None  # if the calibration holds for these rows: the share of right categories
    median_letters: float | None

    @property
    def verdict(self) -> str:
        """The whole in a word or three."""
        if self.rows < FEW:
            return "too few rows to say"
        levels = {aspect.level for aspect in self.aspects}
        return "not fit" if "bad" in levels else "fit with care" if "care" in levels else "fit"

    def record(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        aspects = [
            {**asdict(aspect), "found": asdict(aspect.found) | {"value": aspect.found.value}} for aspect in self.aspects
        ]
        return {"verdict": self.verdict, **vars(self), "aspects": aspects}

    def lines(self) -> Iterator[str]:
        """Say it to a person."""
        yield f"verdict: {self.verdict} ({self.rows:,} rows tagged)"
        yield ""
        for aspect in self.aspects:
            found = aspect.found
            shown = f"{found.value:6.1%} ({found.low:.1%}–{found.high:.1%})"
            yield f"{aspect.level:5} {aspect.name:12} {shown} {aspect.meaning}"
        yield ""
        yield f"languages: {_listed(self.language, self.rows)}"
        yield f"what may be done with the category: {_listed(self.automation, self.rows)}"
        yield f"why a person should look: {_listed(self.review_reasons, self.rows)}"
        if self.mean_confidence is not None:
            yield f"mean confidence {self.mean_confidence:.2f}: so many categories are right, if calibration holds here"
            yield f"median length: {self.median_letters:.0f} characters"
        yield ""
        for step in dict.fromkeys(aspect.remedy for aspect in self.aspects if aspect.remedy):
            yield f"next: {step}"
        yield "next: whether the answers are right only labelled rows tell: docs/retraining.md"


def assess(tags: Tags, texts: Sequence[str], unreadable: int, levels: Levels) -> Fitness:
    """Look at the tags of a sample.

    Args:
        tags: Of the rows that could be tagged.
        texts: Their messages, in the same order.
        unreadable: Rows of the sample that could not be tagged.
        levels: What the model promises, from its calibration.
    """
    reasons = Counter(reason for tag in tags for reason in tag["review_reasons"])
    counts = {
        "unreadable": (share(unreadable, len(tags) + unreadable), _UNREADABLE, "cannot be read as messages"),
        "language": (share(reasons["unsupported_language"], len(tags)), _FOREIGN, "in neither Russian nor Ukrainian"),
        "wording": (share(reasons["out_of_distribution"], len(tags)), _STRANGE, "unlike anything learned from"),
        "too long": (share(sum(tag["truncated"] for tag in tags), len(tags)), _LONG, "longer than the model reads"),
        "too short": (share(reasons["too_short"], len(tags)), _SHORT, "too short to say anything"),
    }
    aspects = [
        Aspect(name, limit.judge(found), found, meaning, "" if limit.judge(found) == "good" else limit.remedy)
        for name, (found, limit, meaning) in counts.items()
    ]
    return Fitness(
        rows=len(tags),
        aspects=[*aspects, _confidence(tags, levels)],
        language=dict(Counter(tag["language"] for tag in tags).most_common()),
        automation=dict(Counter(tag["automation"] for tag in tags).most_common()),
        review_reasons=dict(reasons.most_common()),
        mean_confidence=round(mean(tag["category_confidence"] for tag in tags), 4) if tags else None,
        median_letters=median(map(len, texts)) if texts else None,
    )


def _confidence(tags: Tags, levels: Levels) -> Aspect:
    """Rows too unsure for any level of automation, beyond the share of such rows in validation."""
    unsure = share(sum(levels.of(tag["category_confidence"]) == "suggest" for tag in tags), len(tags))
    usual = 1 - levels.preselect.coverage
    limit = Limit(usual + _UNSURE.care, usual + _UNSURE.bad, _UNSURE.remedy)
    level = limit.judge(unsure)
    meaning = f"too unsure to fill in a category (validation: {usual:.1%})"
    return Aspect("confidence", level, unsure, meaning, "" if level == "good" else limit.remedy)


def _listed(counts: Mapping[str, int], rows: int) -> str:
    return ", ".join(f"{name} {count / rows:.0%}" for name, count in counts.items()) or "–"
