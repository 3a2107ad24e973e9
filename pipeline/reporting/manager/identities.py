"""Ids and names that people typed → what the page may show: an id may be somebody's phone or address."""

import re
from functools import lru_cache

from pipeline.text.mask import mask

_PERSONAL = re.compile(r"<(?:email|phone|card|account|iban|snils|passport|rnokpp|inn|name|link)>")
_ADDRESS = re.compile(r"[@+]")  # an e-mail address, or a phone with its country


@lru_cache(maxsize=100_000)
def show_name(name: str) -> str:
    """Mask the name of a company, product or channel."""
    return mask(name)


def show_customer(customer: str) -> str:
    """Mask a customer's id if it is personal itself; a plain number of the company's own stays."""
    masked = mask(customer)
    return masked if _PERSONAL.search(masked) else customer


def show_id(row_id: str) -> str:
    """Mask a row's id if it holds an address; long numbers are usual ids of rows and stay."""
    return mask(row_id) if _ADDRESS.search(row_id) else row_id
