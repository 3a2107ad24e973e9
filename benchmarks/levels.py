"""What each level of automation promised on validation rows, and what it keeps on the public test of real complaints.

SKARGA_DATA_DIR=… python benchmarks/levels.py
"""

from tabulate import tabulate

from pipeline import paths
from pipeline.evaluation.tests import read_tests
from pipeline.serving.bundle import CALIBRATION
from pipeline.serving.calibration import Calibration
from pipeline.serving.tagger import Tagger

TEST = "complaints_real"


def main() -> None:
    """Print a line per level; the levels of rows are those of their confidence, before other doubts lower them."""
    levels = Calibration.load(paths.RELEASED / CALIBRATION).levels
    tagger = Tagger.load(paths.RELEASED)
    rows = read_tests(TEST, tagger.labels)[TEST].dropna(subset=["category"])
    tags = tagger.tag(rows[["id", "text"]].to_dict("records"))
    right = [tag["category"] == category for tag, category in zip(tags, rows["category"], strict=True)]
    lines = []
    for name, level in levels:
        covered = [ok for ok, tag in zip(right, tags, strict=True) if level.holds(tag["category_confidence"])]
        kept = sum(covered) / len(covered) if covered else None
        lines.append(
            [name, level.promised, level.confidence, level.coverage, level.precision, len(covered) / len(rows), kept]
        )
    given = [ok for ok, tag in zip(right, tags, strict=True) if tag["automation"] == "automatic"]
    lines.append(["automatic, no other doubt", None, None, None, None, len(given) / len(rows), sum(given) / len(given)])
    head = [
        "level",
        "promised",
        "from",
        "coverage, validation",
        "precision, validation",
        "coverage, test",
        "precision, test",
    ]
    print(tabulate(lines, head, tablefmt="github", floatfmt=".3f"))


if __name__ == "__main__":
    main()
