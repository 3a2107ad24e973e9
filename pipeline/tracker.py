"""Where runs are recorded and models registered, when MLFLOW_TRACKING_URI names no other place."""

import mlflow

LOCAL_STORE = "sqlite:///mlflow.db"


def connect() -> None:
    """Use the tracker that the user has set, else the local one."""
    if not mlflow.is_tracking_uri_set():
        mlflow.set_tracking_uri(LOCAL_STORE)
