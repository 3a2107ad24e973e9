import string

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.data.splits import assign_splits

# Words of one's own for every text: no two texts are alike unless a test makes them so.
ALPHABET = "абвгдеєжзиіїклмноп"
WORDS = st.lists(st.text(ALPHABET, min_size=4, max_size=9), min_size=15, max_size=25, unique=True)
TEXTS = st.lists(WORDS.map(" ".join), min_size=1, max_size=8, unique=True)
FEW = settings(max_examples=15, deadline=None, derandomize=True)  # MinHash is right with high probability, not always


def table(texts, part="all", group=None, prefix="r"):
    ids = [f"{prefix}-{number:03}" for number in range(len(texts))]
    return pd.DataFrame({"id": ids, "text": texts, "part": part, "group": group}, dtype=object)


def split(rows, seed=13, test_share=0.2, validation_share=0.2):
    return assign_splits(rows, seed, test_share, validation_share, similarity=0.8).tolist()


def unrelated(count):
    """Texts of the digits of their own numbers, far from each other."""
    letters = str.maketrans(string.digits, "абвгдежзик")
    return [" ".join(str((n + 1) * (k + 3) ** 7 * 104729).translate(letters) for k in range(8)) for n in range(count)]


@FEW
@given(TEXTS, st.data())
def test_near_duplicates_stay_together(texts, data):
    changed = [text + data.draw(st.sampled_from(["!", " ...", "  ", "\n"])) for text in texts]
    shouted = [text.upper() for text in texts]
    rows = pd.concat([table(texts), table(changed, prefix="s"), table(shouted, prefix="t")], ignore_index=True)
    splits = split(rows, seed=data.draw(st.integers(0, 99)))
    count = len(texts)
    assert splits[:count] == splits[count : 2 * count] == splits[2 * count :]


@FEW
@given(TEXTS, st.data())
def test_messages_of_one_customer_stay_together(texts, data):
    customers = [data.draw(st.sampled_from(["c1", "c2", None])) for _ in texts]
    rows = table(texts).assign(group=pd.Series(customers, dtype=object))
    splits = split(rows, seed=data.draw(st.integers(0, 99)))
    for customer in ("c1", "c2"):
        assert len({name for name, owner in zip(splits, customers, strict=True) if owner == customer}) <= 1


@FEW
@given(TEXTS, st.integers(0, 99))
def test_official_test_rows_stay_and_their_near_duplicates_leak(texts, seed):
    official = table(texts, part="test", prefix="z")
    copies = table([text + "!" for text in texts], part="train")
    own = table(unrelated(5), prefix="u")
    splits = split(pd.concat([copies, official, own], ignore_index=True), seed)
    count = len(texts)
    assert splits[:count] == ["leaked"] * count
    assert splits[count : 2 * count] == ["test"] * count
    assert "leaked" not in splits[2 * count :]


def test_a_customer_of_the_official_test_does_not_train():
    rows = table(unrelated(3)).assign(part=["train", "test", "train"], group=["c1", "c1", "c2"])
    assert split(rows, test_share=0.0, validation_share=0.0) == ["leaked", "test", "train"]


def test_training_parts_of_a_source_with_its_own_test_are_not_tested():
    splits = split(table(unrelated(300), part="train"), test_share=0.4, validation_share=0.3)
    assert set(splits) == {"train", "validation"}
    assert splits.count("validation") / 300 == pytest.approx(0.3, abs=0.08)


def test_rows_that_only_train_neither_validate_nor_test():
    assert set(split(table(unrelated(100), part="only_train"), test_share=0.5, validation_share=0.4)) == {"train"}


@pytest.mark.parametrize("part", ["all", "train"])
def test_what_only_trains_leaks_if_a_row_like_it_is_held_out(part):
    texts = unrelated(40)
    own = table(texts, part=part)
    copies = table([text + "!" for text in texts], part="only_train", prefix="a")
    splits = split(pd.concat([own, copies], ignore_index=True), test_share=0.3, validation_share=0.3)
    assert splits[:40] == split(own, test_share=0.3, validation_share=0.3), "they move no other row"
    assert {"train", "validation"} <= set(splits[:40])
    assert splits[40:] == ["train" if name == "train" else "leaked" for name in splits[:40]]


def test_a_customer_who_is_held_out_does_not_train_from_elsewhere():
    rows = table(unrelated(3)).assign(part=["test", "only_train", "only_train"], group=["c1", "c1", "c2"])
    assert split(rows) == ["test", "leaked", "train"]


def test_a_held_out_text_that_was_cut_short_leaks():
    words = unrelated(4)
    texts = [" ".join(words[:2]), " ".join(words[2:])]
    rows = table([texts[0], texts[0][:130] + "…", texts[1][:130] + "…"])
    rows["part"] = ["test", "only_train", "only_train"]
    assert split(rows) == ["test", "leaked", "train"]


@pytest.mark.parametrize(("test_share", "validation_share"), [(0.15, 0.15), (0.5, 0.1), (0.0, 0.3)])
def test_shares_are_roughly_those_asked_for(test_share, validation_share):
    splits = split(table(unrelated(400)), test_share=test_share, validation_share=validation_share)
    assert splits.count("test") / 400 == pytest.approx(test_share, abs=0.08)
    assert splits.count("validation") / 400 == pytest.approx(validation_share, abs=0.08)


@FEW
@given(TEXTS, st.integers(0, 99), st.randoms())
def test_a_split_does_not_depend_on_other_rows_or_their_order(texts, seed, random):
    alone = table(texts, prefix="own")
    more = pd.concat([table(unrelated(10), prefix="a"), alone, table(unrelated(20)[10:], prefix="z")])
    shuffled = more.sample(frac=1, random_state=random.randrange(1000))
    splits = pd.Series(split(shuffled, seed), index=shuffled["id"])
    assert splits[alone["id"]].tolist() == split(alone, seed)


def test_the_seed_decides():
    rows = table(unrelated(60))
    assert split(rows, seed=1) == split(rows, seed=1)
    assert split(rows, seed=1) != split(rows, seed=2)


def test_short_and_empty_texts_have_a_split():
    assert len(split(table(["", "я", "ні", "\ud800"]))) == 4


def test_the_index_of_the_rows_is_kept():
    rows = table(unrelated(3)).set_axis([5, 9, 2])
    assert assign_splits(rows, 13, 0.2, 0.2, 0.8).index.tolist() == [5, 9, 2]


def test_no_rows_have_no_splits():
    assert split(table([])) == []
