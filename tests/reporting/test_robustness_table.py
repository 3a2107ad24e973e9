"""Tables of what perturbations cost: an order that a reader can follow, honest dashes, signs."""

from typing import Any

import pytest

from pipeline.reporting.robustness import markdown_tables, robustness_rows, show_drop

ROBUSTNESS: dict[str, Any] = {
    "corpus": {
        "capitals": {
            "category": {
                "all": {"n": 90, "before": 0.6, "after": 0.5975, "drop": 0.0025},
                "uk": {"n": 40, "before": 0.5, "after": 0.51, "drop": -0.01},
            },
            "emotion": {"all": {"n": 80, "before": 0.4, "after": 0.4, "drop": 0.0}},
        },
        "typos": {"category": {"all": {"n": 88, "before": 0.6, "after": 0.5, "drop": 0.1}}, "emotion": {}},
    }
}


def test_rows_follow_tasks_then_perturbations() -> None:
    rows = robustness_rows(ROBUSTNESS, "corpus")
    assert [(row.task, row.perturbation, row.rows) for row in rows] == [
        ("category", "capitals", 90),
        ("category", "typos", 88),
        ("emotion", "capitals", 80),
    ]
    assert rows[0].drops == [0.0025, None, -0.01, None]


def test_markdown() -> None:
    assert markdown_tables(ROBUSTNESS).splitlines()[:5] == [
        "**corpus**",
        "",
        "| task | change of the text | rows | before | after | lost, all | lost, ru | lost, uk | lost, mixed |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        "| category | capitals | 90 | 0.600 | 0.598 | +0.003 | – | -0.010 | – |",
    ]


@pytest.mark.parametrize(("value", "shown"), [(None, "–"), (0.0, "0.000"), (-0.0001, "0.000"), (0.5, "+0.500")])
def test_a_loss_has_a_sign_where_there_is_one(value: float | None, shown: str) -> None:
    assert show_drop(value) == shown
