"""Strings of digits come in; whether their check digits fit comes out."""


def is_card(digits: str) -> bool:
    """Luhn's check of a payment card of 13 to 19 digits."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    total = sum(map(int, digits[::-2])) + sum(value - 9 if value > 9 else value for value in doubled)  # noqa: PLR2004
    return 13 <= len(digits) <= 19 and total % 10 == 0  # noqa: PLR2004 - shortest and longest card


def is_iban(code: str) -> bool:
    """ISO 13616: two capital letters and two check digits first, no spaces."""
    turned = code[4:] + code[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def is_inn(digits: str) -> bool:
    """Russian taxpayer number: 10 digits of a company, 12 of a person."""
    if len(digits) == 10:  # noqa: PLR2004
        return _tail(digits[:9], (2, 4, 10, 3, 5, 9, 4, 6, 8)) == digits[9:]
    if len(digits) == 12:  # noqa: PLR2004
        first = _tail(digits[:10], (7, 2, 4, 10, 3, 5, 9, 4, 6, 8))
        return first + _tail(digits[:10] + first, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) == digits[10:]
    return False


def is_snils(digits: str) -> bool:
    """Russian pension insurance number: 9 digits and a sum of two."""
    if len(digits) != 11:  # noqa: PLR2004
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(9, 0, -1), strict=False))
    return total % 101 % 100 == int(digits[9:])


def is_rnokpp(digits: str) -> bool:
    """Ukrainian taxpayer number of 10 digits."""
    return len(digits) == 10 and _tail(digits[:9], (-1, 5, 7, 9, 4, 6, 10, 5, 7)) == digits[9:]  # noqa: PLR2004


def _tail(digits: str, weights: tuple[int, ...]) -> str:
    return str(sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 % 10)
