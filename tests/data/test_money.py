import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.data.money import ABSURD, Money, currency_code, is_sane, parse_money


@pytest.mark.parametrize(
    ("written", "money"),
    [
        (1200, Money(1200)),
        ("1 200,50", Money(1200.5)),
        ("1 200 грн", Money(1200, "UAH")),
        ("₴15", Money(15, "UAH")),
        ("1.200,50 руб.", Money(1200.5, "RUB")),
        ("$ 15", Money(15, "USD")),
        ("15 EUR", Money(15, "EUR")),
        ("-5", Money(-5)),
        ("", None),
        ("багато", None),
        ("15 попугаев", None),
        ("$15 грн", None),
        (True, None),
        (float("nan"), None),
        (float("-inf"), None),
        (10**400, Money(10**400)),
        (None, None),
        ("9" * 100, None),
        ("1\u00a0200.50", Money(1200.5)),
        ("1,200.50", Money(1200.5)),
        ("1,200", Money(1200)),
        ("1,200,300", Money(1200300)),
        ("1'200 €", Money(1200, "EUR")),
        ("0,125", Money(0.125)),
        ("12,5", Money(12.5)),
        ("1,2,3", None),
        ("1e5", None),
        ("--3", None),
    ],
)
def test_amounts_as_people_write_them(written, money):
    assert parse_money(written) == money


@pytest.mark.parametrize(
    ("name", "code"), [("₽", "RUB"), ("uah", "UAH"), ("грн.", "UAH"), ("PLN", "PLN"), ("?", None), (5, None)]
)
def test_codes_of_currencies(name, code):
    assert currency_code(name) == code


@given(st.text(max_size=70) | st.floats() | st.integers())
def test_anything_else_is_no_amount(value):
    money = parse_money(value)
    assert money is None or isinstance(money.amount, int | float)


@given(st.integers(-(10**12), 10**12), st.sampled_from(["{}", "{} грн", "₴{}", "{} UAH", " {}\u00a0грн. "]))
def test_whole_numbers_are_read_exactly_with_or_without_a_currency(number, written):
    code = None if written == "{}" else "UAH"
    for digits in (str(number), f"{number:,}", f"{number:,}".replace(",", "\u202f")):
        assert parse_money(written.format(digits)) == Money(number, code)


def test_what_nobody_has_paid():
    assert [is_sane(amount) for amount in (-1, 0, ABSURD, ABSURD + 1)] == [False, True, True, False]
