"""Text comes in; it goes out with <name> for people whom the writer introduces, addresses in full or signs as."""

import re

_WORD = r"[А-ЯЁІЇЄҐ][а-яёіїєґ'’]+(?:-[А-ЯЁІЇЄҐ][а-яёіїєґ'’]+)?"
_INITIALS = r"(?!П\. ?С\.|Т\. ?[ЕДПКЧ]\.|З\. ?І\.)[А-ЯЁІЇЄҐ]\. ?[А-ЯЁІЇЄҐ]\."  # no postscript, "and so on"
_NAME = rf"(?:{_WORD}(?: {_WORD}){{0,2}}(?: {_INITIALS})?|{_INITIALS} ?{_WORD})"

_INTRODUCED = re.compile(
    r"(?<!\w)((?i:меня зовут|мене звуть|мене звати|мо[её] имя|моє ім['’]я|(?:с уважением|з повагою),)[ :–—-]{1,3})"
    rf"(?:{_NAME}|[^\W\d_]+)"
)
_JOB = (
    r"менеджер|оператор|консультант|специалист|спеціаліст|директор|администратор|адміністратор|курьер|кур['’]єр|мастер|майстер"
    r"|кассир|касир|доктор|врач|лікар|водитель|водій|водієм|продавец|продавцом|продавець|продавцем|продавщиц|продавчин"
    r"|сотрудни[кц]|працівни[кц]|співробітни[кц]|представитель|представник"
)
_CUED = re.compile(
    rf"(?<!\w)((?i:(?:{_JOB})\w{{0,4}}|представи\w{{2,4}}|по имени|на имя|на ім['’]я"
    r"|с уважением|з повагою|фио|піб|гр\.|пан\w{0,3})"
    rf"(?i:,? (?:по имени|на ім['’]я))?[,:]? ){_NAME}"
)
_INITIALED = re.compile(rf"(?<!\w)(?:{_WORD} {_INITIALS}|{_INITIALS} ?{_WORD})")
_PATRONYMIC = re.compile(
    rf"(?<!\w)(?:{_WORD} )?{_WORD} [А-ЯЁІЇЄҐ][а-яёіїєґ'’]{{1,20}}?"
    r"(?:ович|евич|йович|ьич|овн|евн|івн|ївн|ічн)[а-яіїє]{0,3}(?!\w)"
)


def mask_names(text: str) -> str:
    """Mask names after cues ("меня зовут", "менеджер", "з повагою"), with initials and with patronymics."""
    for cued in (_INTRODUCED, _CUED):
        text = cued.sub(r"\1<name>", text)
    for bare in (_INITIALED, _PATRONYMIC):
        text = bare.sub("<name>", text)
    return text
