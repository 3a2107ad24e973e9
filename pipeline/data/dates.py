"""A date as people write it in, the moment out: ISO 8601, `13.11.2026 10:00`, `13/11/26`, `13 ноября 2026`."""

import re
from datetime import date, datetime

LONGEST = 64  # characters; no date is longer, and nothing longer is looked at

_TIME = r"(?:,? (?:в |о )?(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?))?"
_BY_DAY = re.compile(
    r"(?P<day>[0-9]{1,2})(?P<sign>[./-])(?P<month>[0-9]{1,2})(?P=sign)(?P<year>[0-9]{4}|[0-9]{2})" + _TIME
)
_BY_YEAR = re.compile(r"(?P<year>[0-9]{4})(?P<sign>[./])(?P<month>[0-9]{1,2})(?P=sign)(?P<day>[0-9]{1,2})" + _TIME)
_IN_WORDS = re.compile(
    r"(?P<day>[0-9]{1,2}) (?P<month>[а-яёіїєґ]{3,10})\.? (?P<year>[0-9]{4})(?: ?(?:г|р|года|року)\b\.?)?" + _TIME
)
_MONTHS = re.compile(
    "(янв|січ)|(фев|лют)|(мар|бер)|(апр|кві)|(ма[йя]|тра)|(июн|чер)|(июл|лип)|(авг|сер)|(сен|вер)|(окт|жов)|(ноя|лис)|(дек|гру)"
)
_LAST_OF_THIS_CENTURY = 68  # of years of two digits, as in POSIX: 68 is 2068, 69 is 1969


def parse_date(text: str) -> date | datetime | None:
    """Read a date, or a moment where a time of the day is given; None where it is neither.

    The day comes before the month, whatever the sign between them, as everywhere in Russia and Ukraine: 03/04/26 is
    the 3rd of April, and 11/13/2026 is no date.
    """
    text = " ".join(text[: LONGEST + 1].split())
    if len(text) > LONGEST:
        return None
    return _in_iso(text) or _in_local_form(text.lower())


def iso_date(text: str) -> str | None:
    """Write a date in ISO 8601; what is in it already stays as it is, None where it is no date."""
    moment = parse_date(text)
    if moment is None:
        return None
    stripped = text.strip()
    as_it_is = _in_iso(stripped) is not None and stripped[10:11] in {"", "T"}
    return stripped if as_it_is else moment.isoformat()


def _in_iso(text: str) -> date | datetime | None:
    if not text.isascii():
        return None
    for kind in (date, datetime):
        try:
            return kind.fromisoformat(text)
        except ValueError:
            continue
    return None


def _in_local_form(text: str) -> date | datetime | None:
    found = _BY_DAY.fullmatch(text) or _BY_YEAR.fullmatch(text) or _IN_WORDS.fullmatch(text)
    month = _month(found["month"]) if found else None
    if found is None or month is None:
        return None
    try:
        day = date(_year(found["year"]), month, int(found["day"]))
        return datetime.fromisoformat(f"{day} {found['time']:0>5}") if found["time"] else day
    except ValueError:
        return None


def _year(digits: str) -> int:
    if len(digits) == len("2026"):
        return int(digits)
    return int(digits) + (2000 if int(digits) <= _LAST_OF_THIS_CENTURY else 1900)


def _month(written: str) -> int | None:
    if written.isdigit():
        return int(written)
    found = _MONTHS.match(written)
    return found.lastindex if found else None
