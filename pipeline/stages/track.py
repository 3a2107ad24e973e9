"""A finished run → one MLflow run: parameters, figures, plots, the model itself, registered as `candidate`.

A server that is down costs a rerun of this stage, never a training.
"""

import csv
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlflow
import yaml
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.models.model import ModelInfo
from mlflow.types.schema import Array, ColSpec, DataType, Object, Property, Schema

from pipeline import config, paths, tracker
from pipeline.errors import SkargaError
from pipeline.serving import bundle, pyfunc
from pipeline.stages.console import say, stage

ALIAS = "candidate"


def main() -> None:
    """Record the run, register its model, write the run's id to models/run.json."""
    params = config.load_params().track
    tracker.connect()
    try:
        record = _record(params)
    except (MlflowException, OSError) as error:
        raise SkargaError(
            f"MLflow at {mlflow.get_tracking_uri()} did not take the run: {error}",
            "nothing else is lost: correct MLFLOW_TRACKING_URI and run `dvc repro track`",
        ) from error
    paths.RUN.write_text(json.dumps(record, indent=2) + "\n", "utf-8")
    say(f"MLflow run {record['run_id']}, model {params.model_name} version {record['model_version']}, alias {ALIAS}")


def _record(params: config.Track) -> dict[str, str]:
    mlflow.set_experiment(params.experiment)
    manifest = bundle.verify(paths.BUNDLE)
    with mlflow.start_run(run_name=manifest.version, tags=_tags(manifest)) as run:
        mlflow.log_params(dict(_flat(yaml.safe_load(paths.PARAMS.read_text("utf-8")))))
        mlflow.log_metrics(dict(_flat(json.loads(paths.METRICS.read_text("utf-8")))))
        mlflow.log_metrics(dict(_flat(json.loads(paths.ROBUSTNESS.read_text("utf-8")), "robustness.")))
        mlflow.log_metrics(dict(_numbers(json.loads(paths.RISK_METRICS.read_text("utf-8")), "risk.")))
        _log_history()
        for artifact in (paths.METRICS, paths.ROBUSTNESS, paths.RISK_METRICS, paths.REPORT):
            mlflow.log_artifact(str(artifact))
        mlflow.log_artifacts(str(paths.PLOTS), "plots")
        model = log_model(paths.BUNDLE, params.model_name)
    version = str(model.registered_model_version)
    mlflow.MlflowClient().set_registered_model_alias(params.model_name, ALIAS, version)
    return {"run_id": run.info.run_id, "model_name": params.model_name, "model_version": version}


def log_model(folder: Path, registered_name: str | None = None) -> ModelInfo:
    """Log a bundle as an MLflow model whose code is this package, to the active run if there is one."""
    return mlflow.pyfunc.log_model(
        name="tagger",
        python_model=pyfunc.__file__,
        artifacts={"bundle": str(folder)},
        code_paths=["pipeline"],
        model_config={"threads": None},  # what a caller may override, such as a Spark worker that has one core
        signature=_signature(),
        input_example=[{"id": "1", "text": "Вже третій тиждень чекаю на повернення коштів"}],
        pip_requirements=["mlflow", "pandas", "skarga"],
        registered_model_name=registered_name,
    )


def _tags(manifest: bundle.Manifest) -> dict[str, str]:
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=40"], check=False, capture_output=True, text=True
    )
    data = {f"data.{name}": digest for name, digest in manifest.data.items()}
    return {"git_commit": commit.stdout.strip() or "unknown", "model_version": manifest.version, **data}


def _flat(tree: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Nested dicts → dotted names."""
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _numbers(tree: dict[str, Any], prefix: str) -> Iterator[tuple[str, float]]:
    """The figures among nested values; words and what could not be measured are left out."""
    return ((name, value) for name, value in _flat(tree, prefix) if isinstance(value, int | float))


def _log_history() -> None:
    with paths.HISTORY.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            epoch = round(float(row.pop("epoch")))
            mlflow.log_metrics({f"history.{name}": float(value) for name, value in row.items() if value}, step=epoch)


def _signature() -> ModelSignature:
    text, number = DataType.string, DataType.double
    span = [
        Property("code", text),
        Property("start", DataType.long),
        Property("end", DataType.long),
        Property("text", text),
    ]
    reason = [Property("code", text), Property("weight", number), Property("detail", text)]
    inputs = Schema([ColSpec(text, "text"), ColSpec(text, "id", required=False)])
    codes = Array(text)
    outputs = {
        "id": text,
        "language": text,
        "category": text,
        "category_confidence": number,
        "categories": codes,
        "emotion": text,
        "emotion_confidence": number,
        "emotions": codes,
        "severity": DataType.long,
        "signals": Array(Object(span)),
        "complainer_risk": text,
        "complainer_risk_score": number,  # absent where there is not enough history
        "complainer_risk_reasons": Array(Object(reason)),
        "automation": text,
        "needs_review": DataType.boolean,
        "review_reasons": codes,
        "truncated": DataType.boolean,
        "model_version": text,
    }
    return ModelSignature(inputs, Schema([ColSpec(kind, name) for name, kind in outputs.items()]))


if __name__ == "__main__":
    stage(main)
