"""Section tracking: MLflow."""

from fs2.config.section import Section


class Tracking(Section):
    """MLflow. These keys never change a result and never re-run a stage."""

    enabled: bool = True
    """Whether stages are recorded in MLflow."""
    uri: str | None = None
    """Tracking URI; null: that of MLFLOW_TRACKING_URI, or else SQLite under results/mlflow/."""
    experiment: str = "fastspeech2"
    """Name of the MLflow experiment."""
