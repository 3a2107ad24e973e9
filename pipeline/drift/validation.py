"""Validation rows of the training data → the reference that goes into the bundle."""

import pandas as pd

from pipeline.drift.measures import observe
from pipeline.drift.reference import Reference, Wording, make_reference
from pipeline.reporting.tagged import TaggedRow
from pipeline.serving.tagger import Tagger


def reference_of(rows: pd.DataFrame, tagger: Tagger, wording: Wording) -> Reference:
    """Tag rows (columns `id` and `text`) as users would, and lay down what they are like."""
    records = [{"id": identity, "text": text} for identity, text in zip(rows["id"], rows["text"], strict=True)]
    tags = tagger.tag(records)
    tagged = [TaggedRow.model_validate({"text": row["text"], **tag}) for row, tag in zip(records, tags, strict=True)]
    return make_reference(observe(tagged, wording.model), len(tagged), wording.hashes, None)
