import hashlib

import pandas as pd
import pytest

from pipeline.data.annotations import Annotation, fingerprint, write_annotations
from pipeline.data.catalogue import Catalogue, load_catalogue
from pipeline.data.files import DATA_DIR
from pipeline.data.sources import COLUMNS, read_sources
from pipeline.data.table import read_table, write_table
from pipeline.errors import SkargaError

ROWS = [
    {"key": "a", "message": "Кур'єр запізнився на добу", "lang": "uk", "about": "delivery", "urgency": 2, "shop": 7},
    {
        "key": "b",
        "message": "Всё понравилось",
        "lang": "ru",
        "about": "not_complaint",
        "urgency": 1,
        "shop": 7,
    },
    {"key": "c", "message": "Не работает приложение", "lang": "ru", "about": None, "urgency": 1, "shop": 8},
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_DIR, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def read(folder, labels):
    """Write the rows where the source says they are, then read the source."""

    def write_and_read(rows=ROWS, source="shop", **described):
        description = {
            "reader": "json",
            "origin": "invented",
            "licence": "MIT",
            "files": {"all": "rows.jsonl"},
            "text": "message",
            "fields": {"id": "key", "language": "lang", "category": "about", "severity": "urgency"},
        } | described
        write(rows, description["reader"], folder / "rows.jsonl")
        catalogue = Catalogue.model_validate({"sets": {}, "sources": {source: description}})
        return read_sources(catalogue.choose(source), labels)

    return write_and_read


def write(rows, reader, path):
    table = pd.DataFrame(rows)
    if reader == "json":
        table.to_json(path, orient="records", lines=True, force_ascii=False)
    elif reader == "csv":
        table.to_csv(path, index=False)
    else:
        table.to_parquet(path, index=False)


def refused(read, *arguments, **described):
    with pytest.raises(SkargaError) as caught:
        read(*arguments, **described)
    return caught.value


@pytest.mark.parametrize("reader", ["json", "csv", "parquet"])
def test_rows_of_a_folder_get_our_names(read, reader):
    table = read(reader=reader)
    assert tuple(table) == COLUMNS
    assert table["id"].tolist() == ["shop-a", "shop-b", "shop-c"]
    assert table["text"].tolist() == [row["message"] for row in ROWS]
    assert table["language"].tolist() == ["uk", "ru", "ru"]
    assert table["category"].tolist()[:2] == ["delivery", "not_complaint"]
    assert table["category"].isna().tolist() == [False, False, True]
    assert table["signals"].isna().all(), "a task that the source does not label"
    assert set(table["source"]) == {"shop"}


def test_files_inside_the_repository_are_read_in_the_order_of_their_names(folder, read):
    for name in ("b", "a"):
        write([{**ROWS[0], "key": name}], "json", folder / f"{name}.part")
    assert read(files={}, path="*.part")["id"].tolist() == ["shop-a", "shop-b"]


def test_a_path_without_files_is_refused(read):
    assert "has no files" in refused(read, files={}, path="nothing/*.jsonl").problem


def test_rows_without_an_id_are_numbered(read):
    assert read(fields={"language": "lang", "severity": "urgency"})["id"].tolist() == ["shop-1", "shop-2", "shop-3"]


def test_one_language_may_hold_for_the_whole_source(read):
    assert read(language="ru", fields={"id": "key", "severity": "urgency"})["language"].tolist() == ["ru"] * 3


def test_parts_weight_and_group_are_taken_over(read):
    fields = {"language": "lang", "group": "shop", "severity": "urgency"}
    table = read(weight=0.25, files={"test": "rows.jsonl"}, fields=fields)
    assert set(table["part"]) == {"test"}
    assert set(table["weight"]) == {0.25}
    assert table["group"].tolist() == [7, 7, 8]


def test_a_field_of_the_source_may_say_which_part_a_row_belongs_to(read):
    rows = [{**ROWS[0], "key": key, "fold": key} for key in ("train", "dev", "test")]
    split = {"field": "fold", "train": ["train", "dev"], "test": ["test"]}
    assert read(rows, split=split)["part"].tolist() == ["train", "train", "test"]


def test_a_file_that_was_changed_is_refused_and_its_hash_named(folder, read):
    write(ROWS, "json", folder / "rows.jsonl")
    digest = hashlib.sha256((folder / "rows.jsonl").read_bytes()).hexdigest()
    assert len(read(sha256={"rows.jsonl": digest})) == 3
    changed = [{**ROWS[0], "message": "інше"}, *ROWS[1:]]
    error = refused(read, changed, sha256={"rows.jsonl": digest})
    now = hashlib.sha256((folder / "rows.jsonl").read_bytes()).hexdigest()
    assert "rows.jsonl is not the file" in error.problem
    assert now[:12] in error.problem


def test_a_change_of_a_file_is_seen_by_the_next_reading(read):
    assert read()["text"][0] == ROWS[0]["message"]
    assert read([{**ROWS[0], "message": "Інший текст"}])["text"].tolist() == ["Інший текст"]


def test_a_file_that_is_not_there_is_named(folder, read):
    error = refused(read, files={"train": "absent.jsonl"})
    assert f"{folder / 'absent.jsonl'}: no such file" in error.problem
    assert DATA_DIR in error.remedy


def test_without_a_folder_and_a_hub_the_remedy_names_the_folder(read, monkeypatch):
    monkeypatch.delenv(DATA_DIR)
    error = refused(read)
    assert "'shop' is not in the repository" in error.problem
    assert DATA_DIR in error.remedy


@pytest.mark.parametrize(
    "described",
    [
        {"text": "massage"},
        {"fields": {"language": "lang", "group": "massage"}},
        {"flags": {"emotion": {"massage": "joy"}}},
        {"split": {"field": "massage", "train": [], "test": []}},
    ],
)
def test_a_missing_field_is_answered_with_the_nearest(read, described):
    error = refused(read, **described)
    assert "source 'shop' has no field 'massage'" in error.problem
    assert "did you mean 'message'?" in error.remedy


def test_an_unknown_label_is_refused_by_name_and_row(read):
    error = refused(read, [ROWS[0], {**ROWS[1], "about": "deliverry"}])
    assert "row shop-b: unknown category label 'deliverry'" in error.problem
    assert "did you mean 'delivery'?" in error.remedy


@pytest.mark.parametrize(
    ("task", "value"), [("categories", ["delivery", "queue"]), ("signals", ["queue"]), ("severity", 4)]
)
def test_labels_of_every_task_are_checked(read, task, value):
    rows = [{**ROWS[0], "labels": value}]
    assert f"unknown {task} label" in refused(read, rows, fields={"language": "lang", task: "labels"}).problem


def test_values_are_mapped_to_our_codes_and_null_means_no_label(read):
    rows = [
        {**ROWS[0], "about": "кур'єр", "moods": ["rage", "calm"]},
        {**ROWS[1], "about": "delivery", "moods": ["calm"]},
        {**ROWS[2], "about": "спам", "moods": ["rage", "wrath", "joy"]},
    ]
    values = {
        "category": {"кур'єр": "delivery", "спам": None},
        "emotion": {"rage": "anger", "wrath": "anger", "calm": None},
    }
    fields = {"language": "lang", "category": "about", "emotion": "moods"}
    table = read(rows, values=values, fields=fields)
    assert table["category"].tolist()[:2] == ["delivery", "delivery"]
    assert pd.isna(table["category"][2])
    assert table["emotion"].tolist() == [["anger"], [], ["anger", "joy"]]


def test_flags_become_a_list_of_codes(read):
    marks = [(1, 0, 1), (0, 1, 0), (0, 0, 0)]
    rows = [{**row, "Joy": a, "Shame": b, "Fun": c} for row, (a, b, c) in zip(ROWS, marks, strict=True)]
    table = read(rows, flags={"emotion": {"Joy": "joy", "Fun": "joy", "Shame": "sadness"}})
    assert table["emotion"].tolist() == [["joy"], ["sadness"], []]


def test_where_two_readers_disagree_there_is_no_label(read):
    pairs = [("delivery", "delivery"), ("delivery", "deception"), ("delivery", None)]
    moods = [(["joy", "anger"], ["anger", "joy"]), (["joy"], []), (["joy"], None)]
    rows = [
        {**ROWS[0], "key": str(n), "about": a, "about_b": b, "moods": c, "moods_b": d}
        for n, ((a, b), (c, d)) in enumerate(zip(pairs, moods, strict=True), start=1)
    ]
    table = read(
        rows,
        fields={"language": "lang", "category": "about", "emotion": "moods", "severity": "urgency"},
        second_pass={"category": "about_b", "emotion": "moods_b"},
    )
    assert table["category"].isna().tolist() == [False, True, False]
    assert [None if value is None else sorted(value) for value in table["emotion"]] == [
        ["anger", "joy"], None, ["joy"],
    ]  # fmt: skip


def test_ids_stay_apart_across_the_parts_of_a_source_and_from_zero_on(folder, read):
    write(ROWS, "json", folder / "more.jsonl")
    fields = {"language": "lang", "severity": "urgency"}
    both = read(files={"train": "rows.jsonl", "test": "more.jsonl"}, fields=fields)
    assert both["id"].is_unique
    counted = read([{**row, "key": n} for n, row in enumerate(ROWS)])
    assert counted["id"].tolist() == ["shop-0", "shop-1", "shop-2"]


def test_rows_without_any_label_are_left_out_and_a_source_of_nothing_else_is_refused(read):
    only_category = {"fields": {"id": "key", "language": "lang", "category": "about"}}
    assert read(**only_category)["id"].tolist() == ["shop-a", "shop-b"]
    error = refused(read, ROWS[2:], **only_category)
    assert "source 'shop' has no row with a label" in error.problem
    assert "`labels`" in error.remedy


def test_labels_kept_apart_find_their_texts_and_go_over_the_sources_own(folder, read):
    write_annotations(
        [
            Annotation(text_sha256=fingerprint(ROWS[0]["message"]), category="waiting_time", signals=["insult"]),
            Annotation(text_sha256=fingerprint(ROWS[2]["message"]), category="digital_access", emotion=[]),
        ],
        folder / "labels/shop.jsonl",
    )
    table = read(fields={"id": "key", "language": "lang", "category": "about"}, labels="labels/shop.jsonl")
    assert table["category"].tolist() == ["waiting_time", "not_complaint", "digital_access"]
    assert table["signals"].tolist() == [["insult"], None, None]
    assert table["emotion"].tolist() == [None, None, []]


def test_unlabelled_texts_are_read_where_labels_are_kept_apart(folder, read):
    label = Annotation(text_sha256=fingerprint(ROWS[1]["message"]), severity=1)
    write_annotations([label], folder / "labels.jsonl")
    table = read(fields={"language": "lang"}, labels="labels.jsonl", files={"only_train": "rows.jsonl"})
    assert table[["id", "part", "severity"]].to_numpy().tolist() == [["shop-2", "only_train", 1]]


def test_labels_of_no_text_are_refused_by_name(folder, read):
    write_annotations([Annotation(text_sha256=fingerprint("Такого немає"), severity=1)], folder / "labels.jsonl")
    error = refused(read, labels="labels.jsonl")
    assert f"labels.jsonl: 1 of 1 lines belong to no text of the source, text_sha256 {fingerprint('Такого немає')}" in (
        error.problem
    )


def test_the_written_corpus_reads_as_described(root, labels, monkeypatch):
    monkeypatch.chdir(root)
    table = read_sources(load_catalogue(root / "configs/sources.yaml").choose("default"), labels)
    assert len(table) == sum(len(path.read_text("utf-8").splitlines()) for path in root.glob("data/corpus/*.jsonl"))
    assert table["id"].is_unique
    assert set(table["language"]) == {"ru", "uk", "mixed"}
    assert all(category in several for category, several in zip(table["category"], table["categories"], strict=True))


def test_a_csv_file_holds_several_labels_in_a_cell_and_gaps(folder, read):
    (folder / "crm.csv").write_text(
        "text,reasons,mood,urgency\nНе привезли,delivery; deception,,2\nГде заказ,delivery,anger|fear,\n", "utf-8"
    )
    rows = read(
        reader="csv",
        files={"all": "crm.csv"},
        text="text",
        language="ru",
        fields={"categories": "reasons", "emotion": "mood", "severity": "urgency"},
    )
    assert rows["categories"].tolist() == [["delivery", "deception"], ["delivery"]]
    assert rows["emotion"].tolist() == [None, ["anger", "fear"]]
    assert rows["severity"].notna().tolist() == [True, False]
    assert rows["severity"][0] == 2


def test_a_csv_file_of_ones_own_needs_an_entry_and_nothing_else(folder, labels):
    """Two files with columns named their way: one knows reasons and urgency, the other only ticks moods."""
    (folder / "crm.csv").write_text(
        "№,Звернення,Причина,Терміновість,Менеджер\n"
        "71,Хамили на касі,хамство,2,Олена\n72,Дякую за допомогу,подяка,1,\n73,Кур'єр не приїхав,доставка,3,Ігор\n",
        "utf-8",
    )
    (folder / "survey.csv").write_text("comment,злость,радость\nОтвратительно,1,0\nСпасибо,0,1\nНорм,0,0\n", "utf-8")
    sources = """
sets: {mine: [crm, survey]}
sources:
  crm:
    reader: csv
    path: crm.csv
    origin: our CRM
    licence: internal
    language: uk
    text: Звернення
    fields: {id: №, category: Причина, severity: Терміновість}
    values: {category: {хамство: staff_conduct, подяка: not_complaint, доставка: delivery}}
  survey:
    reader: csv
    path: survey.csv
    origin: our survey
    licence: internal
    language: ru
    text: comment
    flags: {emotion: {злость: anger, радость: joy}}
"""
    (folder / "sources.yaml").write_text(sources, "utf-8")
    table = read_sources(load_catalogue(folder / "sources.yaml").choose("mine"), labels)
    assert table["id"].tolist() == ["crm-71", "crm-72", "crm-73", "survey-1", "survey-2", "survey-3"]
    assert table["category"].tolist()[:3] == ["staff_conduct", "not_complaint", "delivery"]
    assert table["severity"].tolist()[:3] == [2, 1, 3]
    assert table["emotion"].tolist() == [None, None, None, ["anger"], ["joy"], []]
    assert table["category"].isna().tolist() == [False] * 3 + [True] * 3
    assert table["signals"].isna().all()
    write_table(table, folder / "complaints.parquet")
    assert len(read_table(folder / "complaints.parquet")) == 6
