"""A file of complaints → the tags of a sample of its rows, the same sample on every run."""

import random
from contextlib import closing
from pathlib import Path

from pipeline.errors import SkargaError
from pipeline.promotion.fitness import Fitness, assess
from pipeline.serving import bundle
from pipeline.serving.calibration import Calibration
from pipeline.serving.checks import Checker
from pipeline.serving.job import Advance
from pipeline.serving.readers import open_source, stem
from pipeline.serving.records import Columns, Rejected, Row
from pipeline.serving.tagger import Tagger
from pipeline.serving.tagging import tagged

_SEED = 13
_BATCH = 50


def check_file(path: Path, columns: Columns, model: Path, most: int, advance: Advance) -> tuple[str, Fitness]:
    """Tag at most `most` rows of a file, drawn evenly, and assess them; the model's version comes with it.

    Raises:
        SkargaError: The file cannot be read, lacks the text column or has no row.
    """
    tagger = Tagger.load(model)
    chosen = _sample(path, columns, most)
    if not chosen:
        raise SkargaError(f"{path} has no rows", "name a file with messages")
    rows = [item for item in chosen if isinstance(item, Row)]
    tags = []
    for start in range(0, len(rows), _BATCH):
        tags += tagged(rows[start : start + _BATCH], tagger)
        advance(len(tags) / len(rows), len(tags))
    levels = Calibration.load(model / bundle.CALIBRATION).levels
    return tagger.model_version, assess(tags, [row.text for row in rows], len(chosen) - len(rows), levels)


def _sample(path: Path, columns: Columns, most: int) -> list[Row | Rejected]:
    """Draw rows in one pass (Vitter 1985, algorithm R), so that a file of any size needs little memory."""
    draw = random.Random(_SEED)  # noqa: S311 - a sample, no secret
    checker = Checker(columns, stem(path))
    chosen: list[Row | Rejected] = []
    with closing(open_source(path, columns)) as source:
        for number, item in enumerate(map(checker.check, source)):
            if number < most:
                chosen.append(item)
            elif (place := draw.randint(0, number)) < most:
                chosen[place] = item
    return chosen
