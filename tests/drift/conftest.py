import pandas as pd
import pytest

from pipeline.drift.measures import observe
from pipeline.drift.reference import load_wording, make_reference
from pipeline.reporting.tagged import TaggedRow


@pytest.fixture(scope="package")
def tagged(tagger):
    """Texts → tagged rows."""

    def tag(texts):
        rows = [{"id": f"r{n}", "text": text} for n, text in enumerate(texts)]
        return [TaggedRow.model_validate(row | tag) for row, tag in zip(rows, tagger.tag(rows), strict=True)]

    return tag


@pytest.fixture(scope="package")
def reference_of(wording):
    """Tagged rows → a reference."""
    return lambda rows: make_reference(observe(rows, wording.model), len(rows), wording.hashes, "1")


@pytest.fixture(scope="package")
def texts(root):
    """Every fourth text of the corpus, in an order that no language or category has a part in."""
    rows = pd.concat([pd.read_json(path, lines=True) for path in sorted((root / "data/corpus").glob("*.jsonl"))])
    return rows["text"].iloc[::4].sample(frac=1, random_state=13).tolist()


@pytest.fixture(scope="package")
def messages(tagged, texts):
    """Some seven hundred tagged rows."""
    return tagged(texts)


@pytest.fixture(scope="package")
def wording(bundle_dir):
    return load_wording(bundle_dir)


@pytest.fixture
def write(tmp_path):
    def write_rows(name, rows, without=()):
        lines = [row.model_dump_json(exclude_unset=True, exclude=set(without)) for row in rows]
        (tmp_path / name).write_text("".join(line + "\n" for line in lines), "utf-8")
        return tmp_path / name

    return write_rows
