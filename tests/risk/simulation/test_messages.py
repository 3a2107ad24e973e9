import json

import numpy as np
import pandas as pd
import pytest

from pipeline.risk.simulation.messages import STYLES, Messages, style_of


def row(number, language="ru", intent="genuine", signals=(), emotions=()):
    return {
        "id": f"{number:03}", "text": f"Текст {number}", "lang": language, "category": "other", "intent": intent,
        "signals": list(signals), "emotions": list(emotions),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("signals", "emotions", "style"),
    [
        (["legal_threat", "compensation_demand"], [], "legal"),
        (["compensation_demand", "insult"], ["anger"], "demanding"),
        (["no_specifics"], ["anger"], "vague"),
        ([], ["anger"], "angry"),
        (["insult"], [], "angry"),
        (["churn_threat"], ["sadness"], "plain"),
    ],
)
def test_the_style_of_a_message_follows_from_its_labels(signals, emotions, style):
    assert style_of(row(1, signals=signals, emotions=emotions)) == style


def test_only_complaints_of_the_named_splits_are_read(tmp_path):
    rows = [row(1), row(2, intent="none"), row(3), row(4)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows), "utf-8")
    for name, ids in (("test", ["corpus-003", "corpus-002"]), ("validation", ["corpus-001", "other-004"])):
        pd.DataFrame({"id": ids}).to_parquet(tmp_path / f"{name}.parquet")
    messages = Messages.read(tmp_path, [tmp_path / "test.parquet", tmp_path / "validation.parquet"])
    assert [one["id"] for one in messages.rows] == ["001", "003"]


def test_messages_are_of_the_language_the_style_and_where_there_are_enough_the_intent():
    rows = [row(n, "uk", "genuine", ["no_specifics"]) for n in range(4)]
    rows += [row(n, "uk", "professional", ["no_specifics"]) for n in range(4, 9)]
    rows += [row(n, "ru") for n in range(9, 12)]
    messages = Messages(rows)
    count = 200
    style = np.full(count, STYLES.index("vague"))
    intent = np.arange(count) % 2 == 0
    chosen = messages.choose("uk", style, intent, np.random.default_rng(1))
    assert {rows[number]["intent"] for number in chosen[intent]} == {"professional"}
    assert {rows[number]["intent"] for number in chosen[~intent]} == {"genuine"}
    legal = np.full(count, STYLES.index("legal"))
    chosen = messages.choose("ru", legal, intent, np.random.default_rng(1))
    assert {rows[number]["lang"] for number in chosen} == {"ru"}, "none of the style: the language stays"
