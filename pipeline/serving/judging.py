"""The features of one complaint in, the risk fields of its record out."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.risk.features import Assessment, Assessor, Facts, Features
from pipeline.risk.records import microseconds


def assess(row: Mapping[str, Any], model: Assessor) -> Assessment:
    """Judge one row of the table of features."""
    return model.assess(Features.of(row), Facts.of(row))


def risk_fields(assessment: Assessment) -> dict[str, Any]:
    """The fields of the record out."""
    return {
        "complainer_risk": assessment.level,
        "complainer_risk_score": assessment.score,
        "complainer_risk_reasons": list(assessment.reasons),
    }


def tomorrow() -> int:
    """Microseconds since 1970 of the same time tomorrow: clocks and zones differ, and later dates have not come."""
    return microseconds(datetime.now(UTC) + timedelta(days=1))
