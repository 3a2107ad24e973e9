"""A bundle's manifest, its figures, the parameters and sources behind it → the card that lies beside the bundle."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline import config, paths
from pipeline.data.catalogue import load_catalogue
from pipeline.reporting import robustness, scores
from pipeline.serving.bundle import Manifest


@dataclass(frozen=True)
class SourceRows:
    """A source of labels, and how many of its rows trained and validated."""

    name: str
    origin: str
    licence: str
    train: int
    validation: int
    languages: str  # of the training rows: "ru 1200, uk 800"


def card(manifest: Manifest, figures: Mapping[str, Any]) -> str:
    """Write the card in Markdown; `figures` by the name of their file in benchmarks/released."""
    template = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # noqa: S701 - Markdown, from the project's own files
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    ).get_template("released.md")
    return template.render(
        manifest=manifest,
        sources=list(_sources()),
        params=paths.PARAMS.read_text("utf-8").strip(),
        max_tokens=config.load_params().train.max_tokens,
        public=scores.markdown_tables(figures["public.json"]),
        held_out=scores.markdown_tables(figures["held_out.json"]),
        robustness=robustness.markdown_tables(figures["public_robustness.json"] | figures["robustness.json"]),
    )


def _sources() -> Iterator[SourceRows]:
    known = load_catalogue(paths.SOURCES).sources
    counted = json.loads((paths.SPLIT / "summary.json").read_text("utf-8"))
    for name in dict.fromkeys(entry["source"] for entry in counted):
        rows = {part: sum(_rows(entry, name, part) for entry in counted) for part in ("train", "validation")}
        source = known[name]
        yield SourceRows(
            name, source.origin, source.licence, rows["train"], rows["validation"], _languages(counted, name)
        )


def _rows(entry: Mapping[str, Any], source: str, part: str) -> int:
    return int(entry["rows"]) if (entry["source"], entry["split"]) == (source, part) else 0


def _languages(counted: Iterable[Mapping[str, Any]], source: str) -> str:
    rows = Counter(
        {entry["language"]: _rows(entry, source, "train") for entry in counted if _rows(entry, source, "train")}
    )
    return ", ".join(f"{language} {count}" for language, count in rows.most_common()) or "–"
