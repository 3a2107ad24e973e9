"""Template campaigns: found among different texts, at a cost that grows with the texts alone."""

import random

import numpy as np
import pytest

from pipeline.reporting.manager.campaigns import PERMUTATIONS, Sketcher, find_campaigns
from pipeline.reporting.manager.columns import Builder, Single

WORDS = [a + b for a in "бвгдзклмнп" for b in ("ода", "ерег", "улиця", "истець", "орот", "ання")]
TEMPLATE = (
    "Доброго дня. Прошу негайно повернути кошти за неякісну послугу відповідно до закону про захист прав споживачів, "
    "інакше буду змушена звернутися до суду та до Держпродспоживслужби з відповідною заявою"
)


def find(texts: list[str], customers: list[str]) -> list[list[int]]:
    sketcher, builder = Sketcher(), Builder()
    for text, customer in zip(texts, customers, strict=True):
        sketcher.add(text)
        builder.add(customer)
    sketches = sketcher.rows.reshape(-1, PERMUTATIONS)
    everybody = np.ones(len(texts), bool)
    return [one.rows.tolist() for one in find_campaigns(sketches, Single(builder.codes, builder.values), everybody)]


def others(count: int) -> list[str]:
    draw = random.Random(3)
    return [" ".join(draw.choices(WORDS, k=30)) for _ in range(count)]


def test_copies_with_small_changes_are_one_campaign() -> None:
    texts = [
        *others(50),
        TEMPLATE,
        f"{TEMPLATE}. Олена",
        TEMPLATE.replace("негайно", "терміново"),
        f"Замовлення 123. {TEMPLATE}",
    ]
    assert find(texts, [f"К{n}" for n in range(54)]) == [[50, 51, 52, 53]]


@pytest.mark.parametrize("customers", [["К1"] * 3, ["К1", "К2", "К2"], ["", "", ""], ["К1", "", ""]])
def test_it_takes_three_customers(customers: list[str]) -> None:
    assert find([TEMPLATE] * 3, customers) == []


def test_short_texts_are_alike_by_chance() -> None:
    assert find(["Верніть гроші"] * 9, [f"К{n}" for n in range(9)]) == []


def test_one_text_of_everybody_is_compared_once_a_copy() -> None:
    assert find([TEMPLATE] * 3000, [f"К{n}" for n in range(3000)]) == [list(range(3000))]


def test_no_rows() -> None:
    assert find([], []) == []
