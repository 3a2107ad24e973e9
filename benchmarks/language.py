"""Test texts come in; accuracy, F1 per language and rows per second of our detector and its peers go out as a table.

[SKARGA_DATA_DIR=/path/to/sets] python benchmarks/language.py
"""

import json
import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from lingua import Language, LanguageDetectorBuilder
from sklearn.metrics import f1_score

from pipeline import paths
from pipeline.text.language import LanguageDetector
from pipeline.text.normalize import normalize

CORPUS = Path("data/corpus")
MIXED_TEST = Path("data/language/mixed_test.jsonl")
HELD_OUT = paths.SPLIT / "test.parquet"
PUBLIC = "langid_lingua.parquet"
LANGUAGES = ("ru", "uk", "mixed")
Detect = Callable[[str], str]


@dataclass(frozen=True)
class TestSet:
    """Normalised texts and their languages."""

    name: str
    texts: Sequence[str]
    languages: Sequence[str]


@dataclass(frozen=True)
class Score:
    """One row of the table: shares from 0 to 1, F1 only of languages that the set has, speed in texts a second."""

    test_set: str
    system: str
    texts: int
    accuracy: float
    f1: dict[str, float]
    speed: float


def letter_rule(text: str) -> str:
    """Call a text mixed when it has letters of both alphabets, Ukrainian when it has і ї є ґ, else Russian."""
    lowered = text.lower()
    ukrainian = re.search("[іїєґ]", lowered)
    if ukrainian and re.search("[ыэёъ]", lowered):
        return "mixed"
    return "uk" if ukrainian else "ru"


def lingua() -> Detect:
    """Build lingua for Russian and Ukrainian, with its large models."""
    detector = LanguageDetectorBuilder.from_languages(Language.RUSSIAN, Language.UKRAINIAN).build()
    return lambda text: "uk" if detector.detect_language_of(text) == Language.UKRAINIAN else "ru"


def test_sets() -> list[TestSet]:
    """Read the sets of the repository and, where SKARGA_DATA_DIR names their folder, the public ones."""
    written = pd.DataFrame(map(json.loads, MIXED_TEST.read_text("utf-8").splitlines()))
    corpus = [json.loads(line) for file in sorted(CORPUS.glob("*.jsonl")) for line in file.open(encoding="utf-8")]
    held_out = pd.read_parquet(HELD_OUT).rename(columns={"language": "lang"})
    sets = [
        _test_set("mixed_test", written),
        _test_set("corpus", pd.DataFrame(corpus)),
        _test_set("corpus, held out", held_out[held_out["id"].str.startswith("corpus-")]),
    ]
    if folder := os.environ.get("SKARGA_DATA_DIR"):
        public = pd.read_parquet(Path(folder) / PUBLIC)
        public = public[public["lang"].isin(LANGUAGES)]
        sets += [_test_set(f"lingua, {kind}", rows) for kind, rows in public.groupby("kind")]
    return sets


def score(system: str, detect: Detect, test_set: TestSet) -> Score:
    """Run one detector over one set."""
    started = time.perf_counter()
    found = [detect(text) for text in test_set.texts]
    elapsed = time.perf_counter() - started
    pairs = list(zip(test_set.languages, found, strict=True))
    present = [language for language in LANGUAGES if language in set(test_set.languages)]
    values = f1_score(test_set.languages, found, labels=present, average=None, zero_division=0)
    accuracy = sum(language == answer for language, answer in pairs) / len(pairs)
    f1 = dict(zip(present, map(float, values), strict=True))
    return Score(test_set.name, system, len(pairs), accuracy, f1, len(pairs) / elapsed)


def main() -> None:
    """Print the table."""
    ours = LanguageDetector.load(paths.LANGUAGE)
    systems: dict[str, Detect] = {"skarga": ours.detect, "lingua": lingua(), "letters": letter_rule}
    print("| set | system | texts | accuracy | F1 ru | F1 uk | F1 mixed | texts/s |\n" + "| --- " * 8 + "|")
    for test_set in test_sets():
        for name, detect in systems.items():
            row = score(name, detect, test_set)
            f1 = " | ".join(f"{row.f1[language]:.3f}" if language in row.f1 else "–" for language in LANGUAGES)
            print(f"| {row.test_set} | {row.system} | {row.texts} | {row.accuracy:.3f} | {f1} | {row.speed:,.0f} |")


def _test_set(name: str, rows: pd.DataFrame) -> TestSet:
    return TestSet(name, [normalize(text).text for text in rows["text"]], list(rows["lang"]))


if __name__ == "__main__":
    main()
