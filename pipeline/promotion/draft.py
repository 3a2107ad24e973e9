"""A candidate and its figures → the draft of a released model: the bundle with its card, the figures beside it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.promotion.released import DRAFT, copy_folder
from pipeline.reporting.released import card
from pipeline.serving import bundle
from pipeline.serving.durable import written_whole


def write_draft(candidate: Path, manifest: bundle.Manifest, figures: Mapping[str, Any]) -> None:
    """Write the draft; `figures` by the name of their file."""
    copy_folder(candidate, DRAFT.bundle)
    with written_whole(DRAFT.bundle / bundle.CARD) as file:
        file.write(card(manifest, figures).encode())
    DRAFT.figures.mkdir()
    for name, content in figures.items():
        with written_whole(DRAFT.figures / name) as file:
            file.write(f"{json.dumps(content, indent=2)}\n".encode())
