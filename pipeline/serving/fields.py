"""Values in, the kinds that occur in each field out: what a table's columns must be able to hold."""

from collections.abc import Mapping
from typing import Any

from pipeline.data.schema import Tag

FieldKinds = dict[str, set[str]]  # field → kinds of its values, names in order of first appearance

EXACT = 2**53  # whole numbers beyond this are not exact as floating-point ones
INT64 = range(-(2**63), 2**63)


def kind_of(value: Any) -> str:  # noqa: ANN401 - a field may hold anything
    """Name the narrowest kind that holds a value exactly."""
    match value:
        case None:
            return "null"
        case bool():
            return "bool"
        case int():
            return "int" if abs(value) <= EXACT else "long" if value in INT64 else "huge"
        case float():
            return "float"
        case str():
            return "string"
        case _:
            return "json"


def observe(kinds: FieldKinds, row: Mapping[str, Any]) -> None:
    """Add the kinds of a row's values."""
    for name, value in row.items():
        kinds.setdefault(name, set()).add(kind_of(value))


def in_output_order(carried: FieldKinds) -> FieldKinds:
    """Put the fields carried through between `id` and the tags."""
    tags: FieldKinds = {name: set() for name in Tag.model_fields}
    return {"id": {"string"}} | {name: kinds for name, kinds in carried.items() if name not in tags} | tags
