import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.data.schema import Tag
from pipeline.serving.checks import Checker, is_blank
from pipeline.serving.records import MAX_TEXT_CHARACTERS, Columns, RawRow, Rejected, RejectReason, Row


def check(fields, columns=None, **more):
    return Checker(columns or Columns(), "inbox").check(RawRow(3, fields, 10, **more))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, RejectReason.MISSING_TEXT),
        ({"text": None}, RejectReason.MISSING_TEXT),
        ({"text": ""}, RejectReason.EMPTY_TEXT),
        ({"text": " \t\n\u00a0"}, RejectReason.EMPTY_TEXT),
        ({"text": "\0\u200b\ufeff"}, RejectReason.EMPTY_TEXT),
        ({"text": 5}, RejectReason.TEXT_NOT_STRING),
        ({"text": ["скарга"]}, RejectReason.TEXT_NOT_STRING),
        ({"text": "т" * (MAX_TEXT_CHARACTERS + 1)}, RejectReason.TEXT_TOO_LONG),
        ({"text": "т", "id": True}, RejectReason.BAD_FIELD),
        ({"text": "т", "id": {}}, RejectReason.BAD_FIELD),
        ({"text": "т", "customer_id": []}, RejectReason.BAD_FIELD),
        ({"text": "т", "order_amount": "много"}, RejectReason.BAD_FIELD),
        ({"text": "т", "paid_amount": True}, RejectReason.BAD_FIELD),
        ({"text": "т", "date": ["2026-01-01"]}, RejectReason.BAD_FIELD),
        ({"text": "т"} | dict.fromkeys(map(str, range(2_000))), RejectReason.TOO_MANY_FIELDS),
    ],
)
def test_row_that_cannot_be_tagged_is_set_aside(fields, reason):
    item = check(fields)
    assert isinstance(item, Rejected)
    assert (item.number, item.reason, item.id) == (3, reason, "inbox-3")


@pytest.mark.parametrize(
    ("written", "date", "unread"),
    [
        ("13.11.2026", "2026-11-13", False),
        ("13/11/26", "2026-11-13", False),
        ("2026-11-13T10:00:00+02:00", "2026-11-13T10:00:00+02:00", False),
        ("13.11.2026 10:00", "2026-11-13T10:00:00", False),
        ("11/13/2026", "11/13/2026", True),
        ("минулого тижня", "минулого тижня", True),
        (20261113, 20261113, True),
        ("", "", False),
        (None, None, False),
    ],
)
def test_dates_are_in_iso_8601_or_kept(written, date, unread):
    item = check({"text": "т", "date": written})
    assert (item.carried["date"], item.unread_date) == (date, unread)
    assert check({"text": "т", "day": written}, Columns(date="day")).carried["date"] == date


def test_row_without_a_date_gets_none():
    assert check({"text": "т"}).carried == {"text": "т"}


def test_rejected_row_shows_its_own_id_and_raw_text():
    item = check({"id": 17, "text": ""}, raw='{"id": 17, "text": ""}')
    assert (item.id, item.raw) == ("17", '{"id": 17, "text": ""}')
    assert check({"id": 17, "text": ""}).raw == '{"id": 17, "text": ""}'


@pytest.mark.parametrize(
    ("given_id", "row_id"),
    [
        ("A-1", "A-1"),
        (17, "17"),
        (17.0, "17"),
        (10**30, str(10**30)),
        (None, "inbox-3"),
        ("", "inbox-3"),
        (" ", "inbox-3"),
    ],
)
def test_ids_are_text_and_made_where_absent(given_id, row_id):
    assert check({"id": given_id, "text": "т"}).id == row_id


def test_made_id_of_an_earlier_run_is_kept():
    assert check({"text": "т"}, made_id="out-9").id == "out-9"
    assert check({"text": "т", "id": "own"}, made_id="out-9").id == "own"


def test_an_amount_brings_its_currency_where_no_field_names_one():
    written = {"text": "т", "order_amount": "1 200,50 грн", "claimed_amount": "₴300", "paid_amount": 5}
    read = {"order_amount": 1200.5, "claimed_amount": 300, "paid_amount": 5}
    assert check(written).carried == {"text": "т"} | read | {"currency": "UAH"}
    assert check(written | {"currency": " "}).carried == {"text": "т"} | read | {"currency": "UAH"}
    assert check(written | {"currency": "гривня"}).carried == {"text": "т"} | read | {"currency": "гривня"}
    for other in ({"currency": "RUB"}, {"claimed_amount": "$300"}):
        refused = check(written | other)
        assert (refused.reason, refused.detail) == (RejectReason.BAD_FIELD, "the amounts are in different currencies")


def test_fields_are_carried_in_their_order_and_amounts_become_numbers():
    item = check({"z": [1], "text": " т ", "order_amount": "1 200,50", "id": 1, "claimed_amount": "", "customer_id": 5})
    assert list(item.carried.items()) == [
        ("z", [1]),
        ("text", " т "),
        ("order_amount", 1200.5),
        ("claimed_amount", None),
        ("customer_id", "5"),
    ]


def test_fields_named_like_tags_give_way():
    item = check({"text": "т", "category": "a", "input_category": "b", "severity": 9})
    assert item.carried == {"text": "т", "input_input_category": "a", "input_category": "b", "input_severity": 9}
    assert item.renamed == {"category": "input_input_category", "severity": "input_severity"}


def test_mapped_columns_get_the_names_of_the_contract():
    columns = Columns(text="komment", id="nomer", customer_id="klient", date="data")
    fields = {"nomer": 7, "komment": "т", "klient": 1, "data": "2026-01-01", "text": "other", "id": "other"}
    item = check(fields, columns)
    assert (item.id, item.text) == ("7", "т")
    assert item.carried == {
        "text": "т",
        "customer_id": "1",
        "date": "2026-01-01",
        "input_text": "other",
        "input_id": "other",
    }


def test_column_named_like_a_tag_can_hold_the_text():
    item = check({"category": "т"}, Columns(text="category"))
    assert (item.text, item.carried, item.renamed) == ("т", {"text": "т"}, {})


@pytest.mark.parametrize(
    ("text", "blank"), [("", True), ("\u2060 \0", True), ("?", False), ("😡", False), ("\0а", False)]
)
def test_blank_is_what_shows_nothing(text, blank):
    assert is_blank(text) is blank


NAMES = st.sampled_from(["text", "id", "category", "input_category", "input_input_category", "x", "order_amount"])
VALUES = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text(), max_size=2)


@given(st.dictionaries(NAMES, VALUES))
def test_no_value_is_lost_and_no_tag_is_overwritten(fields):
    item = check(fields)
    if isinstance(item, Row):
        assert len(item.carried) == len(fields.keys() - {"id"})
        assert not item.carried.keys() & Tag.model_fields.keys()
