"""Text with personal data comes in; text with <phone>, <name>, … in its place goes out, for logs and reports."""

import re
from collections.abc import Callable

from pipeline.text.checksums import is_card, is_iban, is_inn, is_rnokpp, is_snils
from pipeline.text.names import mask_names

_LINK = re.compile(
    r"(?:(?i:https?://|www\.)"
    r"|(?<![\w@.-])(?:[\w-]{1,63}\.){1,4}(?:com|net|org|info|me|ru|ua|рф|укр|kz|by)/)[^\s<>]*[^\s<>.,;:!?)»]"
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_ACCOUNT = re.compile(r"(?<![\w@])@[A-Za-z0-9_][\w.]{1,40}\w")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?!\w)")
_CARD = re.compile(
    r"(?<![\w+])(?:\d{13,19}|\d{4}(?:[ \u00a0-]\d{4}){3}(?:[ \u00a0-]\d{1,3})?|\d{4}[ -]\d{6}[ -]\d{5})(?!\w)"
)
_STARRED_CARD = re.compile(r"(?<![\w*])\d{4}[ -]?(?:\d{2})?(?:[*xXхХ•]{2,6}[ -]?){1,2}\d{4}(?!\d)")

_GAP = r"[ \u00a0()–-]"
_PHONE = re.compile(
    r"(?<![\w+])(?:"
    rf"\+\d(?:{_GAP}{{0,2}}\d){{9,13}}"  # any country
    rf"|38{_GAP}{{0,2}}0(?:{_GAP}{{0,2}}\d){{9}}"  # Ukraine with its code
    rf"|\(?0\d{{2}}(?:{_GAP}{{0,2}}\d){{7}}"  # Ukraine, a mobile or city code of three digits
    rf"|0{_GAP}?[89]00(?:{_GAP}?\d){{6}}"  # Ukraine, free of charge
    rf"|[78]{_GAP}{{0,2}}\d{{3}}{_GAP}{{0,2}}\d{{3}}{_GAP}?\d{{2}}{_GAP}?\d{{2}}"  # Russia
    rf"|(?:8{_GAP}?)?\(\d{{3,5}}\)(?:{_GAP}?\d){{5,7}}"  # a city code in brackets
    rf"|9\d{{2}}{_GAP}\d{{3}}{_GAP}?\d{{2}}{_GAP}?\d{{2}}"  # Russia, a mobile without the 8
    r"|\d{3}[–-]\d{2}[–-]\d{2}"  # in one's own city
    r")(?!\w)"
)
_SNILS = re.compile(r"(?<!\w)\d{3}[- ]?\d{3}[- ]?\d{3}[- ]?\d{2}(?!\w)")
_TAXPAYER = re.compile(r"(?<!\w)\d{10}(?:\d{2})?(?!\w)")

_PASSPORT_CUE = r"паспорт\w{0,3}|id-карт\w{1,3}"
_PASSPORT_NOISE = r"(?:[:,]? (?:серия|серии|серії|серія|номер|№|громадянина|гражданина|рф|україни|украины))"
_DOCUMENT_CODE = r"(?:[А-ЯІЇЄҐ]{2} ?№? ?)?\d{2} ?\d{2} ?(?:№|номер)? ?\d{2,6}"
_PASSPORT = re.compile(rf"(?i)(?<!\w)((?:{_PASSPORT_CUE}){_PASSPORT_NOISE}{{0,4}}:? ){_DOCUMENT_CODE}(?!\w)")
_BARE_PASSPORT = re.compile(r"(?<!\w)(?:[А-ЯІЇЄҐ]{2}(?: ?№ ?)?\d{6}|\d{2} ?\d{2} (?:№ ?)?\d{6})(?!\w)")
_CUED_CODE = re.compile(
    r"(?i)(?<!\w)(?:(?P<inn>инн)|(?P<snils>снилс)|(?P<rnokpp>рнокпп|іпн|ідентифікаційн\w+ (?:код|номер)))[ :№-]{1,4}"
    r"(?P<code>\d(?:[ -]?\d){8,11})(?!\w)"
)

_NUMBER = re.compile(
    r"(?<![\w.,$€₴₽])(?:№ ?[\w/-]{6,40}|(?:[^\W\d_]{1,6}[-/]?)?(?:\d{1,5}[-/]){0,3}\d{6,40}(?:[-/]\w{1,10})?)(?!\w)"
)
_MONEY = re.compile(
    r"(?:[.,]\d{1,2})?[ \u00a0]?"
    r"(?:грн|грив|руб|р(?!\w)|коп|тис|тыс|млн|дол|євро|евро|тенге|тг|бон|бал|uah|rub|usd|eur|[$€₴₽])",
    re.IGNORECASE,
)


def mask(text: str) -> str:
    """Replace links, accounts, cards, phones, documents, order numbers and introduced names; dates and amounts stay."""
    for pattern, replace in _RULES:
        text = pattern.sub(replace, text)
    return mask_names(text)


def _tag(name: str) -> Callable[[re.Match[str]], str]:
    return lambda _: f"<{name}>"


def _digits(found: re.Match[str]) -> str:
    return re.sub(r"\D", "", found[0])


def _card(found: re.Match[str]) -> str:
    return "<card>" if is_card(_digits(found)) else "<number>"


def _iban(found: re.Match[str]) -> str:
    return "<iban>" if is_iban(found[0].replace(" ", "")) or found[0].startswith("UA") else found[0]


def _snils(found: re.Match[str]) -> str:
    if is_snils(_digits(found)):
        return "<snils>"
    return "<number>" if "-" in found[0] else found[0]


def _taxpayer(found: re.Match[str]) -> str:
    if is_rnokpp(found[0]):
        return "<rnokpp>"
    return "<inn>" if is_inn(found[0]) else found[0]


def _cued_code(found: re.Match[str]) -> str:
    kind = next(kind for kind in ("inn", "snils", "rnokpp") if found[kind])
    return found[0].replace(found["code"], f"<{kind}>")


def _number(found: re.Match[str]) -> str:
    is_amount = _MONEY.match(found.string, found.end()) is not None
    return found[0] if is_amount or len(_digits(found)) < 6 else "<number>"  # noqa: PLR2004


# In this order: what is more telling first, so that no part of it is taken for something else.
_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_LINK, _tag("link")),
    (_EMAIL, _tag("email")),
    (_ACCOUNT, _tag("account")),
    (_CUED_CODE, _cued_code),
    (_PASSPORT, lambda found: f"{found[1]}<passport>"),
    (_IBAN, _iban),
    (_CARD, _card),
    (_STARRED_CARD, _tag("card")),
    (_PHONE, _tag("phone")),
    (_SNILS, _snils),
    (_TAXPAYER, _taxpayer),
    (_BARE_PASSPORT, _tag("passport")),
    (_NUMBER, _number),
)
