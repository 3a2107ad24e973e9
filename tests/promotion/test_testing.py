import hashlib
import json

import pytest

from pipeline import paths
from pipeline.data.table import write_table
from pipeline.errors import SkargaError
from pipeline.promotion.testing import fingerprint, frozen_tests, own_tests, refuse_learned
from pipeline.serving.bundle import Manifest

ROW = {"id": "a", "language": "ru", "text": "Курьер не приехал, деньги не вернули", "category": "delivery"}


def labelled(path, *rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def learned(corpus, tmp_path, monkeypatch):
    """data/split with every row learned, and the manifest of a model that has learned them."""
    monkeypatch.chdir(tmp_path)
    for part, rows in {"train": corpus.iloc[::2], "validation": corpus.iloc[1::2], "test": corpus.iloc[:0]}.items():
        write_table(rows, paths.SPLIT / f"{part}.parquet")
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths.SPLIT.iterdir()}
    return Manifest(format=1, version="0.1.0+aa", files={}, data=hashes, params="", metrics={})


def test_a_file_of_ones_own_is_read_with_our_names(tmp_path, labels):
    path = tmp_path / "my test.csv"
    path.write_text("text,language,category,signals\nГде заказ?,ru,delivery,ultimatum; insult\n", "utf-8")
    (rows,) = own_tests([path], labels).values()
    assert rows[["category", "language"]].to_dict("records") == [{"category": "delivery", "language": "ru"}]
    assert rows["signals"][0] == ["ultimatum", "insult"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"text": "Где заказ?", "language": "ru"}], "has no labels"),
        ([{"text": "Где заказ?", "category": "delivery"}], "no column `language`"),
        ([ROW | {"category": "delivry"}], "delivry"),
        ([ROW | {"category": None}], "no row with a label"),
        ([], "no rows"),
    ],
)
def test_a_test_that_cannot_be_used_is_refused(tmp_path, labels, rows, said):
    with pytest.raises(SkargaError, match=said):
        own_tests([labelled(tmp_path / "test.jsonl", *rows)], labels)


@pytest.mark.parametrize("name", ["none.jsonl", "test.docx", "broken.jsonl"])
def test_a_file_that_is_not_there_or_no_table_is_refused(tmp_path, labels, name):
    (tmp_path / "test.docx").write_text("x")
    (tmp_path / "broken.jsonl").write_text('{"text": ')
    with pytest.raises(SkargaError, match=name):
        own_tests([tmp_path / name], labels)


def test_a_name_that_is_a_pattern_is_refused(tmp_path, labels):
    with pytest.raises(SkargaError, match="read as a pattern"):
        own_tests([labelled(tmp_path / "my[1].jsonl", ROW)], labels)


def test_without_a_split_there_are_no_frozen_tests(tmp_path, labels, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SkargaError, match="no held-out rows"):
        frozen_tests(labels)


def test_a_test_row_that_was_learned_is_named(learned, corpus, labels):
    text = corpus["text"][3]
    for near in (text, text.upper() + "!"):
        tests = own_tests([labelled(paths.SPLIT / "own.jsonl", ROW, ROW | {"id": "b", "text": near})], labels)
        with pytest.raises(SkargaError, match=r"1 of 2 rows .* own\.jsonl-b"):
            refuse_learned(tests, learned, 0.8)
    refuse_learned(own_tests([labelled(paths.SPLIT / "own.jsonl", ROW)], labels), learned, 0.8)


def test_whoever_cannot_know_what_was_learned_says_so(learned, corpus):
    write_table(corpus.iloc[:5], paths.SPLIT / "train.parquet")
    with pytest.raises(SkargaError, match=r"train\.parquet is not what 0\.1\.0\+aa was trained on"):
        refuse_learned({}, learned, 0.8)


def test_a_fingerprint_knows_a_changed_label(corpus):
    changed = corpus.assign(category=corpus["category"].where(corpus.index != 3, "other"))
    assert fingerprint(corpus) == fingerprint(corpus.copy()) != fingerprint(changed)
