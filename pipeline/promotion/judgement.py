"""A candidate and the model in use → the verdict of every gate, and what changes for whom."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import config, paths
from pipeline.errors import SkargaError
from pipeline.evaluation.paired import Loss
from pipeline.evaluation.systems import Predictions
from pipeline.evaluation.tests import Tables
from pipeline.labels import Labels
from pipeline.promotion.changes import Changes, changes
from pipeline.promotion.comparison import Comparison, Pair
from pipeline.promotion.costs import risk_gate, size_gate, speed_gate
from pipeline.promotion.gates import Finding, Gate
from pipeline.promotion.released import IN_USE
from pipeline.promotion.testing import fingerprint
from pipeline.serving.tagger import Tagger


@dataclass(frozen=True)
class Judgement:
    """What the gates say; `answers` are the candidate's by test, `changed` what flips there, `tests` their hashes."""

    gates: Sequence[Gate]
    tests: Mapping[str, str]
    answers: Mapping[str, Predictions]
    changed: Mapping[str, Changes]

    @property
    def refusing(self) -> list[str]:
        """Names of the gates that the candidate does not pass."""
        return [gate.name for gate in self.gates if gate.refusals]

    def lines(self) -> Iterator[str]:
        """Say it, gate by gate, then test by test what changes."""
        for gate in self.gates:
            yield from gate.lines()
        for test, changed in self.changed.items():
            yield ""
            yield f"What changes on {test}:"
            yield from changed.lines()


def judge(folder: Path, candidate: Tagger, tests: Tables, params: config.Params) -> Judgement:
    """Compare the candidate with the model in use; without one, only the gates that need none are passed.

    Raises:
        SkargaError: There is no test row, or the model in use is damaged.
    """
    if not any(len(rows) for rows in tests.values()):
        raise SkargaError("no test has a row", "name a labelled file with --test")
    fingerprints = {name: fingerprint(rows) for name, rows in tests.items()}
    if not IN_USE.bundle.exists():
        gates = [size_gate(None, folder, params), risk_gate(paths.RISK_METRICS, params)]
        return Judgement(gates, fingerprints, {}, {})
    pair = Pair(Tagger.load(IN_USE.bundle), candidate)
    gates = [size_gate(IN_USE.bundle, folder, params), risk_gate(paths.RISK_METRICS, params)]
    taxonomy = _taxonomy_gate(pair.in_use.labels, candidate.labels)
    if taxonomy.refusals:
        return Judgement([taxonomy, *gates], fingerprints, {}, {})
    comparison = Comparison(pair, tests, params)
    texts = [text for rows in tests.values() for text in rows["text"]]
    gates = [*comparison.gates(), speed_gate(pair, texts, params), *gates]
    return Judgement(
        gates,
        fingerprints,
        answers={name: one.candidate for name, one in comparison.answers.items()},
        changed={name: changes(one.in_use.tags, one.candidate.tags) for name, one in comparison.answers.items()},
    )


def _taxonomy_gate(before: Labels, after: Labels) -> Gate:
    """Models with other codes cannot be compared on the same labels."""
    differing = {head: sorted(set(before.codes[head]) ^ set(codes)) for head, codes in after.codes.items()}
    findings = [
        Finding(f"{head} ({', '.join(codes)}):", Loss(None, count, count, count, count), 0, measure="codes of one only")
        for head, codes in differing.items()
        for count in [len(codes)]
        if codes
    ]
    return Gate("taxonomy", findings, "heads with other codes cannot be compared on the same rows")
