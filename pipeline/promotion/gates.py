"""Losses against the model in use → gates: each passed or refused, with the figures that decided it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.evaluation.paired import Loss


@dataclass(frozen=True)
class Finding:
    """One comparison of candidate and model in use; `judged` where there were rows enough to count."""

    where: str  # "corpus, category, uk: macro-F1"
    loss: Loss
    allowed: float
    judged: bool = True
    measure: str = "worse by"

    @property
    def refused(self) -> bool:
        """Whether the candidate is sure to lose more than is allowed."""
        return self.judged and self.loss.low > self.allowed

    def line(self) -> str:
        """Say it in figures."""
        loss = self.loss
        before = "" if loss.before is None else f"{loss.before:.3f} → "
        interval = "" if loss.low == loss.high else f" ({loss.low:.3f}…{loss.high:.3f})"
        return (
            f"{self.where} {before}{loss.after:.3f}; {self.measure} {loss.value:.3f}{interval}, allowed {self.allowed}"
        )

    def record(self) -> dict[str, Any]:
        """Plain values for the log."""
        figures = {name: None if value is None else round(value, 4) for name, value in asdict(self.loss).items()}
        return {"where": self.where, **figures, "allowed": self.allowed}


@dataclass(frozen=True)
class Gate:
    """A gate with what was compared at it; `note` says what could not be."""

    name: str
    findings: Sequence[Finding]
    note: str = ""

    @property
    def refusals(self) -> list[Finding]:
        """The comparisons that the candidate has lost."""
        return [finding for finding in self.findings if finding.refused]

    @property
    def worst(self) -> Finding | None:
        """Of the comparisons that count, the one nearest to a refusal, or furthest beyond it."""
        judged = [finding for finding in self.findings if finding.judged]
        return max(judged, key=lambda finding: finding.loss.low - finding.allowed, default=None)

    def lines(self) -> Iterator[str]:
        """Say how it went: a line for the gate, one for each refusal or for the worst comparison."""
        judged = sum(finding.judged for finding in self.findings)
        verdict = "REFUSED" if self.refusals else "passed" if judged else "missing"
        yield f"{self.name:12} {verdict:8} {judged} comparisons{f'; {self.note}' if self.note else ''}"
        if self.refusals:
            yield from (f"  refused: {finding.line()}" for finding in self.refusals)
        elif self.worst:
            yield f"  worst: {self.worst.line()}"

    def record(self) -> dict[str, Any]:
        """What the log keeps."""
        return {
            "passed": not self.refusals,
            "compared": sum(finding.judged for finding in self.findings),
            "refused": [finding.record() for finding in self.refusals],
            "worst": self.worst.record() if self.worst else None,
            "note": self.note,
        }
