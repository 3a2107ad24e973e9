"""configs/params.yaml → frozen, checked parameters, a block per stage."""

from pathlib import Path
from typing import Annotated, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline import paths
from pipeline.errors import SkargaError, nearest

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]


class Block(BaseModel):
    """Frozen and closed: an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Prepare(Block):
    """What is brought into the workspace."""

    sources: str
    encoder: str
    latin_pieces: Annotated[int, Field(ge=0)]


class Split(Block):
    """How rows are divided into train, validation and test."""

    seed: int
    test_share: Share
    validation_share: Share
    duplicate_similarity: Share

    @model_validator(mode="after")
    def _leaves_training_rows(self) -> "Split":
        if self.test_share + self.validation_share >= 1:
            raise ValueError("test_share + validation_share must leave rows to train on (sum under 1)")
        return self


class Student(Block):
    """A network of fewer layers, and whom it learns from."""

    teacher: Path
    layers: Count


class Train(Block):
    """The fine-tuning of the encoder and its heads."""

    max_tokens: Annotated[int, Field(ge=16, le=512)]
    frozen_layers: Annotated[int, Field(ge=0)]
    epochs: Count
    batch_size: Count
    learning_rate: Positive
    head_learning_rate: Positive
    weight_decay: Annotated[float, Field(ge=0)]
    warmup_share: Share
    averaging: bool
    class_weight_power: Share
    precision: Literal["auto", "bf16", "fp32"]
    student: Student | None
    seed: int

    @model_validator(mode="after")
    def _freezes_layers_that_are_there(self) -> "Train":
        if self.student and self.frozen_layers > self.student.layers:
            raise ValueError("frozen_layers must not be more than the student's layers")
        return self


class Levels(Block):
    """The precision of the category that each level of automation promises."""

    preselect: Share
    automatic: Share

    @model_validator(mode="after")
    def _rise(self) -> "Levels":
        if self.preselect > self.automatic:
            raise ValueError("`automatic` must promise at least what `preselect` promises")
        return self


class Calibrate(Block):
    """How scores become probabilities, and probabilities decisions."""

    target_sources: list[str]
    min_language_rows: Count
    min_label_rows: Count
    levels: Levels
    small_margin: Share
    novel_share: Share


class Seeds(Block):
    """What the two simulated worlds are drawn with."""

    training: int
    evaluation: int


class SimulateCustomers(Block):
    """How customers are simulated; what they are like stands in configs/customers.yaml."""

    seeds: Seeds


class Risk(Block):
    """How conduct is judged: who gets a score, and from which one a person should look."""

    labels: Path | None
    complaints: Path | None
    customers: Path | None
    memory_days: Count
    least_earlier: Count
    review_share: Share
    review_precision: Share
    elevated_share: Share
    elevated_precision: Share
    fault_reports: Count
    bins: Annotated[int, Field(ge=3)]
    bags: Count
    fairness_customers: Count
    seed: int

    @model_validator(mode="after")
    def _own_cases_have_complaints(self) -> "Risk":
        if bool(self.labels) != bool(self.complaints):
            raise ValueError("`labels` and `complaints` go together: conduct is read from the complaints")
        return self


class Export(Block):
    """The form in which the network is shipped."""

    quantization: Literal["int8", "none"]


class Evaluate(Block):
    """How figures on held-out data are made."""

    bootstrap_samples: Count
    robustness_rows: Count
    baseline_rows: Count
    seed: int


class Track(Block):
    """Where a finished run is recorded."""

    experiment: str
    model_name: str


class Promote(Block):
    """What a candidate may lose against the model in use; a loss counts where its whole 95 % interval is above that."""

    min_rows: Count
    quality_loss: Share
    calibration_loss: Share
    robustness_loss: Share
    language_gap_growth: Share
    false_positive_ratio: Annotated[float, Field(ge=1)]
    slowdown: Annotated[float, Field(ge=1)]
    most_megabytes: Positive


class Params(Block):
    """The whole of params.yaml."""

    prepare: Prepare
    split: Split
    train: Train
    calibrate: Calibrate
    simulate_customers: SimulateCustomers
    risk: Risk
    export: Export
    evaluate: Evaluate
    track: Track
    promote: Promote


def load_params(path: Path = paths.PARAMS) -> Params:
    """Read and check params.yaml.

    Raises:
        SkargaError: The file is missing, is not YAML, or a key is unknown, missing or out of range.
    """
    try:
        return Params.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise SkargaError(f"{path}: no such file", "run from the repository's root") from error
    except yaml.YAMLError as error:
        raise SkargaError(f"{path}: not YAML: {error}", "mend the line it names") from error
    except ValidationError as error:
        raise _explain(path, error) from error


def _explain(path: Path, error: ValidationError) -> SkargaError:
    first = error.errors()[0]
    key = ".".join(map(str, first["loc"]))
    if first["type"] != "extra_forbidden":
        return SkargaError(f"{path}: {key or 'file'}: {first['msg']}", f"correct {key or 'the file'} in {path}")
    valid: type[BaseModel] = Params
    for part in first["loc"][:-1]:
        annotation = valid.model_fields[str(part)].annotation
        kinds = (annotation, *get_args(annotation))  # a block, or a block and None
        valid = next(kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Block))
    return SkargaError(f"{path}: unknown key {key!r}", nearest(str(first["loc"][-1]), valid.model_fields))
