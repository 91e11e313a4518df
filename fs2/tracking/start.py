"""What the start of the workflow says of the record, once, so that its stages need not."""

import os

from fs2.config.tracking import Tracking
from fs2.errors import FS2Error
from fs2.tracking.address import masked, tracking_uri
from fs2.tracking.store import experiment_id, locked, open_store, told

OFF = "FS2_TRACKING_OFF"
"""Environment variable that tells the jobs of a run that it is not recorded."""


def begin_recording(settings: Tracking) -> str:
    """Open the store, made the first time, and tell in a line where stages are recorded.

    If that fails, the line says why and what to do, and the stages of this run are not recorded.
    """
    os.environ.pop(OFF, None)
    if not settings.enabled:
        return "MLflow: this run is not recorded (tracking.enabled is false)"
    uri = tracking_uri(settings)
    try:
        with told(uri), locked(uri):
            experiment_id(open_store(uri), settings.experiment)
    except FS2Error as error:
        os.environ[OFF] = "1"
        return f"MLflow: this run is not recorded. {error}"
    return f"MLflow: this run is recorded in {masked(uri)}; make ui shows it"


def is_off(settings: Tracking) -> bool:
    """Whether stages are not to be recorded."""
    return not settings.enabled or bool(os.environ.get(OFF))
