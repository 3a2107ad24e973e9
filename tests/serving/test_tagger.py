import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.data.schema import Tag
from pipeline.errors import SkargaError
from pipeline.serving import Tagger

TEXTS = [
    "Третій тиждень чекаю на повернення коштів, а ви мовчите!",
    "Верните деньги, иначе подам в суд и напишу в прокуратуру.",
    "Дякую, все сподобалось",
    "ШО ВЫ МНЕ ТУТ РОЗКАЗУЄТЕ, Я ВЖЕ П'ЯТЫЙ РАЗ ЗВОНЮ!!!",
    "ok",
    "My parcel never arrived and nobody answers the phone",
    "Bеpнитe мoи дeньги, oбмaнщики\u200b, никому не советую этот магазин",
    "Кур'єр запізнився. " * 60,
    "🙂",
]
# Words that rules and disguises are made of, so that random texts meet them.
CUES = [
    "подам в суд", "подам до суду", "верните деньги", "ИДИОТЫ", "никому не советую", "нікому не раджу", "ст. 18 закона",
    "Bеpнитe", "е\u0301", "\u200b", "\u00ad", "ﬃ", "😡😡😡", "!!!!", "ооооочень", "ＡＢＣ", "И\u0306", "\ud83d", "\x00",
    "\u2028", " ",
]  # fmt: skip
ANY_TEXT = st.lists(st.sampled_from(CUES) | st.text(st.characters(codec=None), max_size=12), max_size=12).map("".join)
SLOWLY = settings(max_examples=80, deadline=None)


@pytest.fixture(scope="module")
def tags(tagger):
    return tagger.tag([{"id": f"t{n}", "text": text} for n, text in enumerate(TEXTS)])


def test_a_tag_has_the_fields_of_the_contract_in_their_order(tags):
    for tag in tags:
        assert list(tag) == list(Tag.model_fields)
        assert Tag.model_validate(tag, strict=True).model_dump() == tag


def test_ids_are_taken_over_or_made(tagger):
    rows = [
        {"id": 17, "text": "а"},
        {"text": "б"},
        {"id": "", "text": "в"},
        {"id": None, "text": "г"},
        {"id": "x", "text": "д"},
    ]
    assert [tag["id"] for tag in tagger.tag(rows)] == ["17", "row-2", "row-3", "row-4", "x"]


def test_an_id_of_zero_is_an_id(tagger):
    assert tagger.tag([{"id": 0, "text": "Де гроші?"}])[0]["id"] == "0"


def test_no_rows_have_no_tags(tagger):
    assert tagger.tag([]) == []


def test_every_tag_names_the_model(tags, tagger):
    assert {tag["model_version"] for tag in tags} == {tagger.model_version}


def test_a_row_is_tagged_alone_as_among_others_and_in_any_order(tagger, tags):
    rows = [{"id": tag["id"], "text": text} for tag, text in zip(tags, TEXTS, strict=True)]
    assert [tagger.tag([row])[0] for row in rows] == tags
    assert tagger.tag(rows[::-1]) == tags[::-1]
    assert tagger.tag(rows * 3) == tags * 3


@pytest.mark.parametrize("threads", [1, 2, 16])
def test_the_number_of_threads_changes_nothing_but_itself(tagger, tags, bundle_dir, threads):
    before = threading.active_count()
    loaded = Tagger.load(bundle_dir, threads)
    rows = [{"id": f"t{n}", "text": text} for n, text in enumerate(TEXTS)]
    assert loaded.tag(rows) == tags
    assert threading.active_count() <= before + threads
    with ThreadPoolExecutor(4) as callers:
        assert list(callers.map(tagger.tag, [rows] * 8)) == [tags] * 8


@pytest.mark.parametrize(
    "row", [{"text": ""}, {"text": " \t\n\u3000"}, {"text": None}, {"text": 5}, {}, {"message": "а"}]
)
def test_a_row_without_text_is_refused_by_its_number(tagger, row):
    with pytest.raises(SkargaError) as caught:
        tagger.tag([{"text": "Де гроші?"}, row])
    assert caught.value.problem == "row 2 has no text"
    assert "`text`" in caught.value.remedy


def test_a_million_characters_are_read_in_part_and_in_time(tagger):
    start = time.process_time()
    (tag,) = tagger.tag([{"text": "Поверніть гроші за чайник! " * 37_038}])
    assert time.process_time() - start < 5
    assert tag["truncated"]
    assert "truncated" in tag["review_reasons"]


@pytest.mark.parametrize("char", ["а", "!", "\u200b", "\ud800", "🙂", "e\u0301", "-a"])
def test_no_character_makes_a_long_text_slow(tagger, char):
    start = time.process_time()
    tagger.tag([{"text": char * (300_000 // len(char))}])
    assert time.process_time() - start < 5


@pytest.mark.parametrize("text", ["\u200b\u200d\ufeff", "\ud800\udfff", "а\x00б\x00в", "\x00", "\u202e", "\U000e0041"])
def test_characters_that_nobody_sees_are_tagged_and_doubted(tagger, text):
    (tag,) = tagger.tag([{"text": text}])
    Tag.model_validate(tag)
    assert tag["language"] in {"other", "ru", "uk"}
    assert {"too_short"} <= set(tag["review_reasons"])


@SLOWLY
@given(ANY_TEXT)
def test_signals_stand_where_they_say_in_the_original(tagger, text):
    if not text.strip():
        return
    (tag,) = tagger.tag([{"text": text}])
    for signal in tag["signals"]:
        assert 0 <= signal["start"] < signal["end"] <= len(text)
        assert text[signal["start"] : signal["end"]] == signal["text"]
    starts = [signal["start"] for signal in tag["signals"]]
    assert starts == sorted(starts)


@SLOWLY
@given(st.lists(ANY_TEXT.filter(str.strip), min_size=1, max_size=4))
def test_any_texts_keep_the_promises_of_a_tag(tagger, texts):
    for judged in tagger.judge([{"text": text} for text in texts]):
        tag = judged.tag
        Tag.model_validate(tag)
        assert tag["complainer_risk"] == "insufficient_history"
        assert tag["complainer_risk_score"] is None
        assert tag["complainer_risk_reasons"] == []
        assert tag["categories"][0] == tag["category"]
        assert tag["emotion"] == (tag["emotions"] or ["neutral"])[0]
        assert tag["needs_review"] == bool(tag["review_reasons"]) == (tag["automation"] == "suggest")
        assert tag["truncated"] == ("truncated" in tag["review_reasons"])
        if tag["category"] == "not_complaint":
            assert tag["categories"] == ["not_complaint"]
            assert "no_specifics" not in {signal["code"] for signal in tag["signals"]}
        assert judged.probabilities["category"].max() == pytest.approx(tag["category_confidence"], abs=1e-4)


def test_wordings_of_the_rules_are_found_at_their_place(tags):
    found = {signal["code"]: signal["text"] for signal in tags[1]["signals"]}
    assert "суд" in found["legal_threat"]
    (place,) = (signal for signal in tags[6]["signals"] if signal["code"] == "warns_others")
    assert "никому не советую" in place["text"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("My parcel never arrived and nobody answers", "unsupported_language"),
        ("ужас", "too_short"),
        ("Довгий лист про доставку і гроші. " * 40, "truncated"),
        ("Bеpнитe мoи дeньги ceйчac", "obfuscated"),
    ],
)
def test_doubts_about_the_text_are_named(tagger, text, reason):
    (tag,) = tagger.tag([{"text": text}])
    assert reason in tag["review_reasons"]
    plain = tagger.tag([{"text": "Третій тиждень чекаю на повернення коштів за холодильник"}])[0]
    assert reason not in plain["review_reasons"]


@pytest.mark.parametrize(("number", "language"), [(0, "uk"), (1, "ru"), (3, "mixed"), (5, "other"), (6, "ru")])
def test_languages_are_told_apart(tags, number, language):
    assert tags[number]["language"] == language


def test_two_loads_of_a_bundle_agree(bundle_dir, tags):
    rows = [{"id": f"t{n}", "text": text} for n, text in enumerate(TEXTS)]
    assert Tagger.load(str(bundle_dir)).tag(rows) == tags


def test_a_text_of_unknown_wording_is_out_of_distribution(bundle_dir):
    from pipeline.serving.tagger import Tagger

    tagger = Tagger.load(bundle_dir)
    tagger._calibration = tagger._calibration.model_copy(update={"most_unknown": 0.6})
    texts = ("Ывапрщ шгнеячс твоужд лорфывц эхзщбю", "Заказ опоздал на неделю, верните деньги", "All broke again")
    reasons = [set(tag["review_reasons"]) for tag in tagger.tag([{"text": text} for text in texts])]
    assert ["out_of_distribution" in each for each in reasons] == [True, False, False]
    assert "unsupported_language" in reasons[2], "one doubt says it"
