"""Real messages, unchanged and with drifts planted → how often `skarga drift` cries, and what it names.

    SKARGA_DATA_DIR=… python benchmarks/drift.py

`ROWS` messages of the source `complaint_pool`, read by the released model. Unchanged: `DRAWS` times they are dealt out
anew into a reference and a stream, so that every alarm is a false one. Planted (simulated): a share of the stream's
rows is changed or replaced, in `TRIES` draws each. Several minutes: changed texts are read by the model again.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from tabulate import tabulate
from tqdm.auto import tqdm

from pipeline import paths
from pipeline.data.catalogue import load_catalogue
from pipeline.data.sources import read_sources
from pipeline.drift.comparison import LARGE, LEVEL, Comparison, compare
from pipeline.drift.measures import Observed, observe
from pipeline.drift.reference import load_wording, make_reference
from pipeline.evaluation.perturbations import PERTURBATIONS
from pipeline.evaluation.sampling import sample
from pipeline.labels import load_labels
from pipeline.reporting.tagged import TaggedRow
from pipeline.serving.tagger import Tagger

ROWS, CHANGED = 1_500, 300  # messages; of them, those that the planted drifts change
REFERENCE, STREAM = 1_000, 300
DRAWS, TRIES = 100, 20
SHARES = (0.3, 0.6)  # of the stream's rows that are planted
_BATCH = 16
_SLANG = {
    "ru": "чё за кринж, админы скамят и рофлят, вайб помойный",
    "uk": "шо за крінж, адміни скамлять, вайб помийний",
}
_RAGE = {
    "ru": " Это возмутительно! Я в ярости, ненавижу вас, наглые хамы!!!",
    "uk": " Це обурливо! Я в люті, ненавиджу вас, нахабні хами!!!",
}
_TYPOS = next(one for one in PERTURBATIONS if one.name == "typos")

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Drift:
    """A planted drift: which observed rows replace those of the stream."""

    name: str
    measures: tuple[str, ...]  # any of these is the right thing to name
    observed: Observed
    places: Places


def main() -> None:
    """Print false alarms, then a line for each drift and share."""
    rows = _messages()
    tagger, wording = Tagger.load(paths.RELEASED), load_wording(paths.RELEASED)
    tagged = _tag(tagger, rows["text"].tolist(), "messages")
    observed = observe(tagged, wording.model)
    random = np.random.default_rng(13)

    def trial(stream: Callable[[Places], Observed]) -> Comparison:
        order = random.permutation(len(tagged))
        reference = make_reference(_only(observed, order[:REFERENCE]), REFERENCE, wording.hashes, None)
        return compare(stream(order[REFERENCE : REFERENCE + STREAM]), STREAM, reference)

    quiet = [trial(lambda places: _only(observed, places)) for _ in tqdm(range(DRAWS), desc="unchanged")]
    alarms = sum(one.drifted for one in quiet)
    print(
        f"unchanged: {alarms} alarms in {DRAWS} draws (at most {LEVEL:.0%} are to be expected), effects from {LARGE}\n"
    )
    lines = []
    for drift in _planted(
        rows, tagged, observed, lambda texts, name: observe(_tag(tagger, texts, name), wording.model)
    ):
        for share in SHARES:
            tries = [
                trial(lambda places, drift=drift, share=share: _mix(observed, places, drift, share, random))  # type: ignore[misc]
                for _ in tqdm(range(TRIES), desc=drift.name)
            ]
            lines.append([drift.name, f"{share:.0%}", *_found(tries, drift)])
    print(tabulate(lines, ["planted", "of rows", "found", "named rightly", "named most", "retrain"], tablefmt="github"))


def _messages() -> pd.DataFrame:
    rows = read_sources(load_catalogue(paths.SOURCES).choose("complaint_pool"), load_labels(paths.LABELS))
    return sample(rows, ROWS).sample(frac=1, random_state=13).reset_index(drop=True)  # in no order of source


def _tag(tagger: Tagger, texts: Sequence[str], name: str) -> list[TaggedRow]:
    records = [{"id": str(number), "text": text} for number, text in enumerate(texts)]
    batches = [records[start : start + _BATCH] for start in range(0, len(records), _BATCH)]
    tags = [tag for batch in tqdm(batches, desc=f"reading {name}") for tag in tagger.tag(batch)]
    return [TaggedRow.model_validate({**tag, **record}) for tag, record in zip(tags, records, strict=True)]


def _planted(
    rows: pd.DataFrame, tagged: Sequence[TaggedRow], observed: Observed, read: Callable[[list[str], str], Observed]
) -> list[Drift]:
    """Five kinds: two choose other messages of the same source, three change their texts."""
    part = rows["text"].iloc[:CHANGED].tolist()
    languages = [row.language for row in tagged[:CHANGED]]

    def say(words: dict[str, str], language: str) -> str:
        return words["uk" if language == "uk" else "ru"]

    changes = {
        "length": [" ".join(text.split()[: max(3, len(text.split()) // 3)]) for text in part],
        "vocabulary": [
            _TYPOS.apply(_TYPOS.apply(f"{say(_SLANG, language)} {text}"))
            for text, language in zip(part, languages, strict=True)
        ],
        "tone": [text + say(_RAGE, language) for text, language in zip(part, languages, strict=True)],
    }
    names = {"length": ("length",), "vocabulary": ("vocabulary",), "tone": ("emotion", "emotion_confidence")}
    rare = _where(tagged, lambda row: row.language == Counter(one.language for one in tagged).most_common()[1][0])
    topic = _where(tagged, lambda row: row.category == "digital_access")
    return [
        Drift("language", ("language",), observed, rare),
        Drift("topic", ("category", "wording"), observed, topic),
        *(Drift(name, names[name], read(texts, name), np.arange(CHANGED)) for name, texts in changes.items()),
    ]


def _where(tagged: Sequence[TaggedRow], wanted: Callable[[TaggedRow], bool]) -> Places:
    return np.flatnonzero([wanted(row) for row in tagged])


def _only(observed: Observed, places: Places) -> Observed:
    values = {name: [found[place] for place in places] for name, found in observed.values.items()}
    return Observed(values, observed.vectors[places])


def _mix(observed: Observed, places: Places, drift: Drift, share: float, random: np.random.Generator) -> Observed:
    """The stream with a share of its rows replaced by planted ones."""
    count = round(share * len(places))
    kept, new = _only(observed, places[count:]), _only(drift.observed, random.choice(drift.places, count))
    values = {name: [*kept.values[name], *new.values[name]] for name in kept.values}
    return Observed(values, np.concatenate([kept.vectors, new.vectors]))


def _found(tries: Sequence[Comparison], drift: Drift) -> list[str]:
    named = [[finding.measure for finding in one.findings if finding.drifted] for one in tries]
    right = sum(any(measure in found for measure in drift.measures) for found in named)
    most = ", ".join(measure for measure, _ in Counter(name for found in named for name in found).most_common(3))
    advice = Counter(one.retrain for one in tries).most_common(1)[0][0]
    return [f"{sum(map(bool, named))} of {len(tries)}", f"{right} of {len(tries)}", most, advice]


if __name__ == "__main__":
    main()
