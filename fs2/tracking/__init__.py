"""Records of stages in MLflow: the only package that imports it, and only once a stage runs.

Each stage is one run; docs/architecture.md tells under which others it is nested. No record is
worth a result: what fails here is said once in the log, the stage goes on.
"""

from fs2.tracking.address import FOLDER, store_uri
from fs2.tracking.evaluations import EvaluationRecord, read_evaluations
from fs2.tracking.run import Run
from fs2.tracking.stages import record_afterwards, stage
from fs2.tracking.start import begin_recording

__all__ = [
    "FOLDER",
    "EvaluationRecord",
    "Run",
    "begin_recording",
    "read_evaluations",
    "record_afterwards",
    "stage",
    "store_uri",
]
