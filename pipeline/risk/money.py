"""An amount as people and exports write it in, a number and its currency out; no rates, nothing is converted."""

import math
import re
from typing import NamedTuple

from pipeline.serving.amounts import parse_amount

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


class Money(NamedTuple):
    """An amount; `currency` is None where none is named."""

    amount: float
    currency: str | None = None


def parse_money(value: object) -> Money | None:
    """Read a number or a text such as `1 200,50 грн` or `$15`; None where it is neither."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Money(float(value)) if math.isfinite(value) else None
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    found = _NAMED.fullmatch(value)
    amount = parse_amount(found[2].strip()) if found else None
    if found is None or amount is None or (found[1] and found[3]):
        return None
    name = found[1] or found[3]
    code = currency_code(name) if name else None
    return None if name and code is None else Money(float(amount), code)


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
