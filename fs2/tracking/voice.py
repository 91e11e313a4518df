"""A trained system as an MLflow model: loaded by `mlflow.pyfunc`, it speaks text."""

import os
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlparse
from urllib.request import url2pathname

import yaml

from fs2.tracking.batches import log_metrics

NAME = "voice"
NOTE = "mlflow.note.content"
TAGS = ("system", "seed", "corpus", "configuration", "commit")
USE = """It speaks texts:

```python
voice.predict(["Some text."], params={"pace": 1.1})  # columns: samples, sample_rate
```"""
PACKAGE = Path(__file__).resolve().parents[1]


def log_voice(client: Any, run_id: str, training: Path, vocoder: Path | None) -> str:
    """Log a system with its vocoder as the model `voice` of a run, in place of its former one.

    The model has copies of the weights and of the package `fs2`, so that it speaks the same when
    the checkout has changed; the project's dependencies must be installed where it is loaded. The
    file of `text.pronunciations`, if the configuration names one, is not copied.

    Args:
        client: An `MlflowClient`.
        run_id: The run of the system.
        training: Folder of the trained system.
        vocoder: Folder of its vocoder; None if it needs none.

    Returns the model's URI.
    """
    from mlflow import pyfunc
    from mlflow.entities import LoggedModelOutput
    from mlflow.models import Model

    folders = {"training": training, "vocoder": vocoder}
    artifacts = {name: str(Path(path).resolve()) for name, path in folders.items() if path}
    run = client.get_run(run_id)
    former = _voices(client, run)
    model = client.create_logged_model(
        run.info.experiment_id,
        name=NAME,
        source_run_id=run_id,
        params=run.data.params,
        tags=_tags(run),
    )
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / NAME
        pyfunc.save_model(
            folder,
            mlflow_model=Model(
                artifact_path=model.artifact_location,
                model_uuid=model.model_id,
                run_id=run_id,
                model_id=model.model_id,
            ),
            python_model=str(Path(__file__).with_name("voice_model.py")),
            artifacts=artifacts,
            signature=_signature(),
            input_example=["Some text."],
            code_paths=[str(PACKAGE)],
            pip_requirements=_requirements(),
        )
        client.log_model_artifacts(model.model_id, str(folder))
    client.finalize_logged_model(model.model_id, "READY")
    log_metrics(client, run_id, _known_before(run, model.model_id))
    client.log_outputs(run_id, [LoggedModelOutput(model.model_id, 0)])
    for old in former:
        client.delete_logged_model(old.model_id)
    _link(model.artifact_location, artifacts.values())
    return f"models:/{model.model_id}"


def current_voice(client: Any, run_id: str) -> Any:
    """The `LoggedModel` of a system's run that is whole, the newest; None if there is none."""
    whole = [model for model in _voices(client, client.get_run(run_id)) if _is_ready(model)]
    return max(whole, key=lambda model: model.creation_timestamp, default=None)


def _voices(client: Any, run: Any) -> list[Any]:
    return list(
        client.search_logged_models(
            [run.info.experiment_id], filter_string=f"source_run_id = '{run.info.run_id}'"
        )
    )


def _is_ready(model: Any) -> bool:
    return str(getattr(model.status, "value", model.status)) == "READY"


def _tags(run: Any) -> dict[str, str]:
    """What the page of a model shows of it: the system's tags, its description and how to speak."""
    same = {key: run.data.tags[key] for key in TAGS if key in run.data.tags}
    note = f"{run.data.tags.get(NOTE, '')}\n\n{USE}".strip()
    return {**same, NOTE: note}


def _known_before(run: Any, model_id: str) -> list[Any]:
    """The metrics of the stages that need no synthesis: a model made after them has them too."""
    from mlflow.entities import Metric

    now = int(time.time() * 1000)
    return [
        Metric(key, value, now, 0, model_id=model_id)
        for key, value in run.data.metrics.items()
        if key.startswith(("training/", "speed/"))
    ]


def _signature() -> Any:
    """Texts and three factors in, samples and their rate out.

    The input has no name, so that a plain list of texts fits too.
    """
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema
    from mlflow.types.schema import Array

    factors = ("pace", "pitch", "energy")
    return ModelSignature(
        inputs=Schema([ColSpec(DataType.string)]),
        outputs=Schema(
            [ColSpec(Array(DataType.float), "samples"), ColSpec(DataType.long, "sample_rate")]
        ),
        params=ParamSchema([ParamSpec(name, DataType.double, 1.0) for name in factors]),
    )


def _requirements() -> list[str]:
    """The packages of envs/fs2.yaml, in which stages run."""
    environment = yaml.safe_load((PACKAGE / "envs" / "fs2.yaml").read_text(encoding="utf-8"))
    [packages] = [item["pip"] for item in environment["dependencies"] if isinstance(item, dict)]
    return list(packages)


def _link(location: str, folders: Any) -> None:
    """In a local store, let the model's weights be hard links to those of the results.

    A vocoder of 56 MB would lie there once a system otherwise. Results are replaced whole, never
    written into, so a link keeps what it had. Elsewhere, or on another disk, copies stay.
    """
    if urlparse(location).scheme not in ("", "file"):
        return
    root = Path(url2pathname(urlparse(location).path)) / "artifacts"
    for folder in map(Path, folders):
        for weights in folder.glob("*.safetensors"):
            copy = root / folder.name / weights.name
            link = copy.with_name(f".{copy.name}.link")
            with suppress(OSError):
                os.link(weights, link)
                link.replace(copy)
