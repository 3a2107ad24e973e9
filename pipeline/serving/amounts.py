"""An amount as people write it in, a number out: `1 200,50`, `1.200,50`, `1,200.50`."""

import re

SPACES = re.compile(r"[\s'’\u00a0\u2009\u202f]")
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3}){1,10}")
PLAIN = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?")


def parse_amount(text: str) -> int | float | None:
    """Read an amount; None when it is not one.

    The last of two different separators is the decimal one. A comma before exactly three last digits separates
    thousands, since money has no third decimal.
    """
    digits = SPACES.sub("", text)
    if "," in digits and "." in digits:
        thousands = "," if digits.rindex(".") > digits.rindex(",") else "."
        digits = digits.replace(thousands, "").replace(",", ".")
    elif THOUSANDS.fullmatch(digits):
        digits = digits.replace(",", "")
    digits = digits.replace(",", ".")
    if not PLAIN.fullmatch(digits):
        return None
    return float(digits) if "." in digits else int(digits)
