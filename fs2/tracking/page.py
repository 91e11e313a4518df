"""MLflow in the browser, opened on the systems: `python -m fs2.tracking.page CONFIG`."""

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fs2.config.files import load_config
from fs2.config.tracking import Tracking
from fs2.errors import FS2Error
from fs2.tracking.address import is_server, masked, tracking_uri
from fs2.tracking.store import experiment_id, locked, open_store, told

ADDRESS = "http://127.0.0.1:5000"
VIEW = "systems"
"""Name of the view that is kept with the experiment, as MLflow's button Share keeps one."""
PARAMETERS = ("row", "seed", "training.steps")
METRICS = (
    "evaluation/distillmos",
    "evaluation/word_error_rate",
    "evaluation/pitch_dtw",
    "evaluation/duration_error",
    "speed/real_time_factor/median",
    "training/seconds",
)
"""Columns of the table of systems; MLflow has all others in its list of columns."""


def share_view(client: Any, experiment: str) -> str:
    """Keep the view of the systems with an experiment; returns the path of its page.

    The page is that of *Model training*: a row a system, its parameters and what was measured.
    """
    client.set_experiment_tag(experiment, "mlflow.experimentKind", "custom_model_development")
    client.set_experiment_tag(experiment, f"mlflow.sharedViewState.{VIEW}", json.dumps(_view()))
    query = urlencode({"workflowType": "machine_learning", "viewStateShareKey": VIEW})
    return f"/#/experiments/{experiment}/runs?{query}"


def _view() -> dict[str, Any]:
    columns = [f"params.`{name}`" for name in PARAMETERS]
    columns += [f"metrics.`{name}`" for name in METRICS]
    return {
        "searchFilter": "tags.stage = 'system'",
        "orderByKey": "attributes.start_time",
        "orderByAsc": True,
        "selectedColumns": columns,
    }


def show(settings: Tracking) -> None:
    """Print the address of the systems' page, and serve it if the store is no server itself."""
    uri = tracking_uri(settings)
    with told(uri), locked(uri):
        client = open_store(uri, create=False)
        path = share_view(client, experiment_id(client, settings.experiment))
    if is_server(uri):
        print(f"{masked(uri).replace('***@', '').rstrip('/')}{path}")
        return
    print(f"{ADDRESS}{path}", flush=True)
    # By the environment: other users of the machine may read the command line.
    os.environ["MLFLOW_BACKEND_STORE_URI"] = uri
    os.execv(sys.executable, [sys.executable, "-m", "mlflow", "server"])


if __name__ == "__main__":
    try:
        show(load_config(Path(sys.argv[1])).tracking)
    except FS2Error as error:
        sys.exit(str(error))
