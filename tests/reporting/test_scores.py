"""Score tables: headline figures side by side, honest dashes, the best one marked."""

from typing import Any

from pipeline.reporting.scores import markdown_tables, score_rows

METRICS: dict[str, Any] = {
    "corpus": {
        "skarga": {
            "category": {
                "all": {
                    "n": 400,
                    "accuracy": 0.75,
                    "macro_f1": 0.7,
                    "macro_f1_low": 0.66,
                    "macro_f1_high": 0.74,
                    "ece": 0.031,
                    "coverage_70_accuracy": 0.9,
                },
                "mixed": {"n": 40, "macro_f1": 0.5},
            },
            "language": {"all": {"n": 400, "accuracy": 0.99}},
        },
        "tfidf": {
            "category": {"all": {"n": 400, "macro_f1": 0.71}},
            "categories": {"all": {"n": 400, "micro_f1": 0.6}},
        },
    },
    "empty": {},
}


def test_rows_follow_tasks_and_languages() -> None:
    rows = score_rows(METRICS, "corpus")
    assert [(row.task, row.language, row.headline) for row in rows] == [
        ("category", "all", "macro_f1"),
        ("category", "mixed", "macro_f1"),
        ("categories", "all", "micro_f1"),
        ("language", "all", "accuracy"),
    ]


def test_markdown() -> None:
    table = markdown_tables(METRICS)
    assert table.splitlines()[:6] == [
        "**corpus**",
        "",
        "| task | language | rows | figure | skarga | frozen | tfidf | accuracy | ECE | accuracy at 70 % coverage |",
        "| --- | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        "| category | all | 400 | macro f1 | 0.700 (0.66–0.74) | – | **0.710** | 0.750 | 0.031 | 0.900 |",
        "| category | mixed | 40 | macro f1 | **0.500** | – | – | – | – | – |",
    ]
    assert "| categories | all | 400 | micro f1 | – | – | **0.600** | – | – | – |" in table


def test_all_columns_are_there_in_every_line() -> None:
    lines = [line for line in markdown_tables(METRICS).splitlines() if line.startswith("|")]
    assert {line.count("|") for line in lines} == {11}


def test_nothing_measured() -> None:
    assert markdown_tables({}) == ""
    assert score_rows(METRICS, "empty") == []
