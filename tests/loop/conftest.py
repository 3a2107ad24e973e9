import shutil

import pandas as pd
import pytest
import yaml

from pipeline import paths
from pipeline.reporting.tagged import TaggedRow

SECRET = "Позвоните мне: +7 912 345-67-89."


@pytest.fixture(scope="package")
def rows(tagger, root):
    """Two hundred tagged rows of the corpus, the first with a phone number and what a spreadsheet would run."""
    found = pd.concat([pd.read_json(path, lines=True) for path in sorted((root / "data/corpus").glob("*.jsonl"))])
    texts = found["text"].iloc[::14].tolist()
    texts[0] = f"=HYPERLINK() {SECRET} {texts[0]}"
    records = [{"id": f"c-{number}", "text": text} for number, text in enumerate(texts)]
    return [TaggedRow.model_validate(row | tag) for row, tag in zip(records, tagger.tag(records), strict=True)]


@pytest.fixture
def project(tmp_path, monkeypatch, root, rows):
    """A folder with the configuration and a tagged file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "configs").mkdir()
    for path in (paths.LABELS, paths.PARAMS):
        shutil.copyfile(root / path, tmp_path / path)
    (tmp_path / paths.SOURCES).write_text(yaml.safe_dump({"sets": {}, "sources": {}}), "utf-8")
    lines = [row.model_dump_json(exclude_unset=True) for row in rows]
    (tmp_path / "tagged.jsonl").write_text("".join(line + "\n" for line in lines), "utf-8")
    return tmp_path
