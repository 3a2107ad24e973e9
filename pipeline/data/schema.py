"""The records: a complaint comes in, a tag goes out."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = "1"  # of both records; any change of a field asks for a new one (see tests/data/test_schema.py)

Language = Literal["ru", "uk", "mixed", "other"]
Automation = Literal["suggest", "preselect", "automatic"]
Risk = Literal["insufficient_history", "low", "elevated", "review"]
Probability = Annotated[float, Field(ge=0, le=1)]


class Complaint(BaseModel):
    """One message of a customer; fields not named here are carried through untouched."""

    model_config = ConfigDict(extra="allow")

    text: str = Field(description="the message itself")
    id: str | int | None = Field(None, description="made from file name and row number when absent")
    customer_id: str | int | None = None
    date: str | None = Field(
        None, description="ISO 8601, or the day first, as in 13.11.2026 10:00; comes out in ISO 8601"
    )
    channel: str | None = None
    company: str | None = None
    product: str | None = None
    order_amount: float | None = None
    claimed_amount: float | None = None
    paid_amount: float | None = None
    outcome: Literal["upheld", "rejected", "open"] | None = None


class Signal(BaseModel):
    """Wording that points at something; `start` and `end` are offsets into the original text."""

    code: str
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    text: str


class Reason(BaseModel):
    """One reason for (weight > 0) or against (weight < 0) a risk, with the facts behind it."""

    code: str
    weight: float
    detail: str


class Tag(BaseModel):
    """What Skarga says of one complaint; flat, the same names in every format."""

    id: str
    language: Language
    category: str = Field(description="primary category, a code of labels.yaml")
    category_confidence: Probability = Field(description="calibrated probability that `category` is right")
    categories: list[str] = Field(description="every category over its threshold, the primary one included")
    emotion: str = Field(description="strongest emotion over its threshold, or `neutral`")
    emotion_confidence: Probability
    emotions: list[str]
    severity: Literal[1, 2, 3]
    signals: list[Signal]
    complainer_risk: Risk = Field(description="advice to a person; never `review` from a text alone")
    complainer_risk_score: Probability | None
    complainer_risk_reasons: list[Reason]
    automation: Automation = Field(
        "suggest",
        description="what may be done with `category`: `automatic`, apply it as it is; `preselect`, fill it in for a "
        "person to confirm; `suggest`, offer it only. The first two promise a precision (see calibration.json of the "
        "bundle); any reason for review lowers to `suggest`",
    )
    needs_review: bool = Field(
        description="a person should look before anything is automated: there is a reason; `automation` is `suggest`"
    )
    review_reasons: list[str]
    truncated: bool = Field(description="the text was longer than the model reads")
    model_version: str


def schemas() -> dict[str, Any]:
    """Return the JSON Schemas of the record in and the record out, with their version; configs/schema/ keeps each."""
    return {
        "version": SCHEMA_VERSION,
        "record_in": Complaint.model_json_schema(),
        "record_out": Tag.model_json_schema(mode="serialization"),
    }
