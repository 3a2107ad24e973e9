import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.serving.amounts import parse_amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1200", 1200),
        ("1 200,50", 1200.5),
        ("1\u00a0200.50", 1200.5),
        ("1.200,50", 1200.5),
        ("1,200.50", 1200.5),
        ("1,200", 1200),
        ("1,200,300", 1200300),
        ("0,125", 0.125),
        ("12,5", 12.5),
        ("-3", -3),
        ("", None),
        ("уточняется", None),
        ("1200 грн", None),
        ("1,2,3", None),
        ("1e5", None),
        ("--3", None),
        ("9" * 5_000, None),
    ],
)
def test_amounts_as_people_write_them(text, amount):
    assert parse_amount(text) == amount


@given(st.integers(-(10**12), 10**12))
def test_whole_numbers_are_read_exactly(number):
    assert parse_amount(str(number)) == number
    assert parse_amount(f"{number:,}".replace(",", " ")) == number


@given(st.text())
def test_no_text_breaks_it(text):
    assert isinstance(parse_amount(text), int | float | None)
