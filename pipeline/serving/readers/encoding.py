"""The first megabyte of a file in, the name of its encoding out: UTF-8 (with or without BOM) or Windows-1251."""

import codecs
import re
from pathlib import Path

from pipeline.errors import SkargaError

SAMPLE_BYTES = 2**20
CYRILLIC_SHARE = 0.8  # of the characters beyond ASCII
FREQUENT_SHARE = 0.3  # of the Cyrillic letters; ordinary text has about 0.65, text in another encoding about 0.33
FREQUENT_SHARE_OF_CAPITALS = 0.5  # small letters of KOI8-R and ISO 8859-5 read as capitals, so capitals are suspicious
FREQUENT = frozenset("оеаинтсрлві")  # the ten most frequent letters of Russian and Ukrainian
PUNCTUATION = frozenset("«»–—№’‘“”„…•°€\u00a0")
CYRILLIC = re.compile(r"[А-яЁёІіЇїЄєҐґ]")
BORDER = re.compile(r"[A-Za-z][А-яЁёІіЇїЄєҐґ]|[А-яЁёІіЇїЄєҐґ][A-Za-z]")
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def guess_encoding(path: Path, sample: bytes) -> str:
    """Decide on `utf-8-sig`, `utf-8` or `cp1251` for a file that begins with `sample`.

    Lines vote, so that a few broken lines in a UTF-8 file stay what they are: broken lines.

    Raises:
        SkargaError: The file is UTF-16, which cannot be read line by line.
    """
    if sample.startswith(UTF16):
        raise SkargaError(f"{path}: the file is in UTF-16", "save it as UTF-8 and try again")
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    beyond_ascii = [line for line in sample[:SAMPLE_BYTES].splitlines() if not line.isascii()]
    broken = [line for line in beyond_ascii[:-1] if not _is_utf8(line)]
    # The last line of the sample may be cut in the middle of a character.
    if beyond_ascii and not _is_utf8(beyond_ascii[-1], final=len(sample) < SAMPLE_BYTES):
        broken.append(beyond_ascii[-1])
    mostly_broken = len(broken) * 2 > len(beyond_ascii)
    return "cp1251" if mostly_broken and _looks_cyrillic(b"\n".join(broken)) else "utf-8"


def _is_utf8(line: bytes, *, final: bool = True) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(line, final)
    except UnicodeDecodeError:
        return False
    return True


def _looks_cyrillic(data: bytes) -> bool:
    """Say whether bytes read as Windows-1251 are Cyrillic prose and not noise or another encoding."""
    text = data.decode("cp1251", errors="replace")
    beyond_ascii = [letter for letter in text if letter > "\x7f" and letter not in PUNCTUATION]
    cyrillic = CYRILLIC.findall(text)
    if not cyrillic or len(cyrillic) < CYRILLIC_SHARE * len(beyond_ascii):
        return False
    capitals = sum(letter.isupper() for letter in cyrillic) * 2 > len(cyrillic)
    needed = FREQUENT_SHARE_OF_CAPITALS if capitals else FREQUENT_SHARE
    frequent = sum(letter.lower() in FREQUENT for letter in cyrillic)
    return frequent >= needed * len(cyrillic) and len(BORDER.findall(text)) <= 0.1 * len(cyrillic)
