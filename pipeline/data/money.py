"""An amount as people and exports write it in, a number and its currency out; no rates, nothing is converted."""

import math
import re
from typing import NamedTuple

ABSURD = 1e9  # of any currency: what no customer of a shop, bank or operator has paid or claimed
_LONGEST = 60  # characters; no amount is longer

_CURRENCIES = {
    "UAH": ("₴", "uah", "грн", "гривень", "гривні", "гривня", "гривен", "гривна"),
    "RUB": ("₽", "rub", "rur", "руб", "рублей", "рубля", "рубль", "р"),
    "USD": ("$", "usd", "долларов", "доларів", "дол"),
    "EUR": ("€", "eur", "евро", "євро"),
    "KZT": ("₸", "kzt", "тенге", "тг"),
    "BYN": ("byn", "byr"),
}
_CODES = {name: code for code, names in _CURRENCIES.items() for name in names}
_NAMED = re.compile(r"\s*([^\d\s.,+'’-]+\.?)?\s*([-+]?\d[\d\s.,'’]*)\s*([^\d\s.,+'’-]+\.?)?\s*")
_SPACES = re.compile(r"[\s'’]")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3}){1,10}")
_PLAIN = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?")


class Money(NamedTuple):
    """An amount; `currency` is None where none is named."""

    amount: int | float
    currency: str | None = None


def parse_money(value: object) -> Money | None:
    """Read a number or a text such as `1 200,50 грн` or `$15`; None where it is neither."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Money(value) if abs(value) < math.inf else None
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    found = _NAMED.fullmatch(value)
    amount = _number(found[2]) if found else None
    if found is None or amount is None or (found[1] and found[3]):
        return None
    name = found[1] or found[3]
    code = currency_code(name) if name else None
    return None if name and code is None else Money(amount, code)


def _number(text: str) -> int | float | None:
    """Read `1 200,50`, `1.200,50` or `1,200.50`; None when it is no number.

    The last of two different separators is the decimal one. A comma before exactly three last digits separates
    thousands, since money has no third decimal.
    """
    digits = _SPACES.sub("", text)
    if "," in digits and "." in digits:
        thousands = "," if digits.rindex(".") > digits.rindex(",") else "."
        digits = digits.replace(thousands, "").replace(",", ".")
    elif _THOUSANDS.fullmatch(digits):
        digits = digits.replace(",", "")
    digits = digits.replace(",", ".")
    if not _PLAIN.fullmatch(digits):
        return None
    return float(digits) if "." in digits else int(digits)


def currency_code(name: object) -> str | None:
    """The code of a currency by its sign, code or word; an unknown code of three letters is taken as it is."""
    if not isinstance(name, str):
        return None
    plain = name.strip().rstrip(".").lower()
    known = _CODES.get(plain)
    return known or (plain.upper() if re.fullmatch("[a-z]{3}", plain) else None)


def is_sane(amount: float) -> bool:
    """Say whether an amount can have been paid or claimed."""
    return 0 <= amount <= ABSURD
