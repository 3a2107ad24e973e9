import pandas as pd
import pytest

from pipeline.drift.training import compare_tables, messages


@pytest.fixture(scope="module")
def table(root):
    rows = pd.concat([pd.read_json(path, lines=True) for path in sorted((root / "data/corpus").glob("*.jsonl"))])
    rows = rows.rename(columns={"lang": "language", "emotions": "emotion"}).sample(frac=1, random_state=3)
    return rows.assign(source="corpus").reset_index(drop=True)


def parts(rows):
    return {"train": rows.iloc[:1500], "validation": rows.iloc[1500:2000], "test": rows.iloc[2000:2500]}


def test_a_fair_split_is_alike(table):
    compared = compare_tables(parts(table), ["corpus"])
    assert set(compared) == {"corpus: validation against train", "corpus: test against train"}
    assert not any(one.drifted for one in compared.values())


def test_a_split_by_time_or_topic_is_not(table):
    rows = table.sort_values("category")
    compared = compare_tables(parts(rows), ["corpus"])
    moved = {one.measure for one in compared["corpus: test against train"].findings if one.drifted}
    assert "category" in moved


def test_a_source_unlike_the_messages_to_come_is_found(table):
    foreign = table[table["language"] == "uk"].assign(source="shops", text=lambda rows: rows["text"].str[:40])
    tables = parts(table)
    tables["train"] = pd.concat([tables["train"], foreign])
    found = compare_tables(tables, ["corpus"])["shops: train against messages to come"].findings
    assert {"language", "length"} <= {one.measure for one in found if one.drifted}


def test_sources_of_few_rows_or_without_a_task_are_left_out(table):
    tables = parts(table.assign(emotion=None, category=None, severity=None, signals=None))
    tables["validation"] = tables["validation"].iloc[:50]
    compared = compare_tables(tables, ["corpus"])
    assert set(compared) == {"corpus: test against train"}
    assert {one.measure for one in compared["corpus: test against train"].findings} == {"length", "language"}


def test_messages_are_rows_with_a_category_of_the_target_sources(table):
    rows = pd.concat([table.iloc[:5].assign(source="crm"), table.iloc[5:9], table.iloc[9:12].assign(category=None)])
    assert len(messages(rows, ["crm"])) == 5
    assert len(messages(rows, ["absent"])) == 9
