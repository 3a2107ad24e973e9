"""The bundle, its figures and their card → models/released: what users get without training anything.

`python -m pipeline.release`, after the whole pipeline and the public tests have been run (`make full`).
"""

import json
import shutil
from pathlib import Path
from typing import Any

from pipeline import paths
from pipeline.errors import SkargaError
from pipeline.reporting.released import card
from pipeline.serving import bundle
from pipeline.stages.console import say, stage

MOST_BYTES = 45_000_000  # more would burden every clone
_FIGURES = {
    "held_out.json": paths.METRICS,
    "robustness.json": paths.ROBUSTNESS,
    "public.json": paths.PUBLIC_METRICS,
    "public_robustness.json": paths.PUBLIC_ROBUSTNESS,
}


def main() -> None:
    """Release models/bundle."""
    manifest = release(paths.BUNDLE, paths.RELEASED, paths.RELEASED_FIGURES)
    say(f"{manifest.version} → {paths.RELEASED}; commit it together with {paths.RELEASED_FIGURES}")


def release(source: Path, target: Path, figures: Path) -> bundle.Manifest:
    """Replace the released bundle by `source`, and the files of figures by those of the last evaluation.

    Raises:
        SkargaError: The bundle is damaged or too big, or was not evaluated.
    """
    manifest = bundle.verify(source)
    size = sum(path.stat().st_size for path in source.iterdir())
    if size > MOST_BYTES:
        raise SkargaError(f"{source} has {size / 1e6:.1f} MB", f"release at most {MOST_BYTES / 1e6:.0f} MB")
    measured = {name: _read(path) for name, path in _FIGURES.items()}
    draft = target.with_name(f".{target.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(source, draft)
    (draft / bundle.CARD).write_text(card(manifest, measured), "utf-8")
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)
    figures.mkdir(parents=True, exist_ok=True)
    for name, content in measured.items():
        (figures / name).write_text(json.dumps(content, indent=2) + "\n", "utf-8")
    return manifest


def _read(path: Path) -> Any:  # noqa: ANN401 - nested figures
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise SkargaError(f"{path}: no such file", "evaluate first: `make full` does everything") from error


if __name__ == "__main__":
    stage(main)
