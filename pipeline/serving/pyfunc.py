"""The bundle as an MLflow model: the same tagger behind `mlflow models serve` and `mlflow.pyfunc.spark_udf`.

MLflow stores this file as the model's code ("models from code"), so nothing is pickled.
"""

from typing import Any

import mlflow
import pandas as pd
from mlflow.pyfunc import PythonModel, PythonModelContext

from pipeline.serving.tagger import Tagger


class TaggerModel(PythonModel):  # type: ignore[misc]
    """Rows with `text` and perhaps `id` in, tags out."""

    def load_context(self, context: PythonModelContext) -> None:
        """Verify and load the bundle among the model's artifacts; `threads` in the model's config bounds its cores."""
        self._tagger = Tagger.load(context.artifacts["bundle"], (context.model_config or {}).get("threads"))

    def predict(self, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:  # noqa: ARG002
        """Tag every row; an absent id, which pandas holds as NaN, is none."""
        given = model_input.astype(object).where(model_input.notna(), None)
        rows: list[dict[Any, Any]] = given.to_dict("records")
        return pd.DataFrame(self._tagger.tag(rows), index=model_input.index)


mlflow.models.set_model(TaggerModel())
