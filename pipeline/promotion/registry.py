"""The model registry of MLflow: which version is the candidate, and which one the alias `champion` names."""

from collections.abc import Callable
from typing import Any, TypeVar

from pipeline.errors import SkargaError
from pipeline.promotion.log import Alias

CHAMPION = "champion"

Result = TypeVar("Result")


class Registry:
    """One registered model; every failure of the tracker is an error for the user, before anything has moved."""

    def __init__(self, model: str) -> None:
        try:
            import mlflow

            from pipeline import tracker
        except ModuleNotFoundError as error:
            raise SkargaError(
                f"{error.name} is not installed, so the alias `{CHAMPION}` cannot be moved; nothing was changed",
                "pip install 'skarga[train]'",
            ) from error
        tracker.connect()
        self._mlflow = mlflow
        self.model = model

    def version_of(self, bundle_version: str) -> str | None:
        """The newest version that holds a bundle, by the tag `model_version` of the run that registered it."""
        return self._asked(lambda: self._version_of(bundle_version))

    def champion(self) -> str | None:
        """The version that the alias names; None if it names none."""
        return self._asked(lambda: self._aliases().get(CHAMPION))

    def knows(self, version: str) -> bool:
        """Whether the model has this version here."""
        return self._asked(lambda: any(str(one.version) == version for one in self._versions()))

    def move(self, alias: Alias) -> None:
        """Point the alias at `alias.after`, or at nothing; doing it twice changes nothing more."""
        self._asked(lambda: self._move(alias))

    def _version_of(self, bundle_version: str) -> str | None:
        versions = sorted(self._versions(), key=lambda one: int(one.version), reverse=True)
        for one in versions:
            if one.run_id and self._client().get_run(one.run_id).data.tags.get("model_version") == bundle_version:
                return str(one.version)
        return None

    def _versions(self) -> list[Any]:
        return list(self._client().search_model_versions(f"name = '{self.model}'"))

    def _aliases(self) -> dict[str, str]:
        models = self._client().search_registered_models(f"name = '{self.model}'")
        return {name: str(version) for model in models for name, version in model.aliases.items()}

    def _move(self, alias: Alias) -> None:
        if alias.after is not None:
            self._client().set_registered_model_alias(alias.model, CHAMPION, alias.after)
        elif CHAMPION in self._aliases():
            self._client().delete_registered_model_alias(alias.model, CHAMPION)

    def _client(self) -> Any:  # noqa: ANN401 - MLflow has no types of its own
        return self._mlflow.MlflowClient()  # made when asked: a local store comes into being with it

    def _asked(self, question: Callable[[], Result]) -> Result:
        from mlflow.exceptions import MlflowException

        try:
            return question()
        except (MlflowException, OSError) as error:
            raise SkargaError(
                f"MLflow at {self._mlflow.get_tracking_uri()} does not answer: {error}",
                "nothing was changed: correct MLFLOW_TRACKING_URI, or start the server, and try again",
            ) from error
