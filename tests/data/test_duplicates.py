import pandas as pd

from pipeline.data.duplicates import Pair, group_rows, near_duplicates

LETTER = (
    "Замовив холодильник третього числа, кур'єр привіз пральну машину, а диспетчер відповідає, що так і було. "
    "Переробляти накладну ніхто не хоче, гроші списали двічі, на листи приходить одна й та сама відписка."
)
OTHER = (
    "В отделении меня отправили к окну четыре, оттуда к окну семь, а там перерыв до обеда и никого из старших. "
    "Справку так и не выдали, хотя в приложении она числится готовой уже вторую неделю подряд."
)


def table(*texts, group=None):
    return pd.DataFrame({"id": list("abcdefgh"[: len(texts)]), "text": texts, "group": group}, dtype=object)


def pairs(*texts):
    return {frozenset((pair.first, pair.second)) for pair in near_duplicates(table(*texts), 0.8)}


def test_texts_that_differ_in_a_word_are_near_duplicates():
    assert pairs(LETTER, OTHER, LETTER.replace("третього", "п'ятого")) == {frozenset("ac")}


def test_a_text_cut_short_is_a_near_duplicate_of_the_whole():
    assert pairs(LETTER, LETTER[:110] + "…", OTHER[:110] + "…") == {frozenset("ab")}


def test_a_short_text_inside_a_long_one_is_none():
    assert pairs(LETTER, LETTER[:60]) == set()


def test_short_texts_are_compared_as_wholes():
    assert pairs("Где мой заказ?", "где мой  заказ?", "Где мой возврат денег?", "") == {frozenset("ab")}


def test_groups_join_through_duplicates_and_customers():
    rows = table(*["text"] * 5, group=["c1", "c1", "c2", "c2", None])
    assert group_rows(rows, [Pair("a", "c")]).tolist() == ["a"] * 4 + ["e"]


def test_rows_without_a_customer_are_no_group():
    assert group_rows(table("x", "y"), []).tolist() == ["a", "b"]
