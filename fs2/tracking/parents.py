"""The runs under which stages are nested: one a configuration, and in it one a system and seed."""

from collections.abc import Mapping
from typing import Any

import yaml

from fs2.config.files import OVERLAY_SECTIONS, SYSTEMS_FOLDER, read_yaml
from fs2.config.run_name import system_of
from fs2.config.schema import Config
from fs2.references import RECORDINGS, is_reference
from fs2.tracking.run import log_parameters
from fs2.tracking.store import find_runs, flatten

NO_RESULT = ("device", "precision", "validation_interval", "checkpoint_interval", "log_interval")
"""Keys of the section training that tell of the machine and of the log, not of the system."""


def workflow_run(client: Any, experiment: str, config: Config, common: Mapping[str, str]) -> str:
    """Id of the run of this configuration; made the first time."""
    found = _find(client, experiment, "workflow", common)
    if found:
        return found
    values = config.model_dump(mode="json", exclude={"tracking", "systems", "seeds"})
    note = (
        f"All stages of configuration {config.hash()}: corpus {config.corpus.name}, "
        f"aligner {config.alignment.aligner}, model size {config.model.size}, "
        f"{config.training.steps} steps, vocoder {config.vocoder.name}. See config.yaml."
    )
    tags = {**common, "stage": "workflow", "mlflow.note.content": note}
    run = client.create_run(experiment, tags=tags, run_name=f"{config.corpus.name} {config.hash()}")
    client.log_text(run.info.run_id, yaml.safe_dump(values, sort_keys=False), "config.yaml")
    return str(run.info.run_id)


def system_run(
    client: Any,
    experiment: str,
    config: Config,
    label: str,
    own: Config,
    common: Mapping[str, str],
    parent: str,
) -> str:
    """Id of the run of a system and seed, below the workflow's run `parent`; made the first time.

    It has what differs between systems as parameters, and in its description what the system
    changes. A system whose overlay was edited has another run.

    Args:
        client: An `MlflowClient`.
        experiment: Id of the experiment.
        config: The configuration of the workflow.
        label: The system; with another seed than the configuration's, `<system>-seed<N>`.
        own: The configuration of the system.
        common: Tags of all runs of this configuration.
        parent: Id of the workflow's run.
    """
    tags = {"system": label, "settings": own.hash()}
    found = _find(client, experiment, "system", {**common, **tags})
    if found:
        return found
    seed = {} if is_reference(label) else {"seed": str(own.training.seed)}
    tags |= {**common, **seed, "stage": "system", "mlflow.parentRunId": parent}
    tags["mlflow.note.content"] = describe(config, label, own)
    run = client.create_run(experiment, tags=tags, run_name=label)
    parameters = {"row": row(label), **seed, **_parameters(label, own)}
    log_parameters(client, run.info.run_id, parameters)
    return str(run.info.run_id)


def row(label: str) -> str:
    """A system as the paper's tables have it, short: `2-pitch` for `fastspeech2-no-pitch`.

    MLflow's parallel coordinates plot cuts words after ten characters.
    """
    return system_of(label).removeprefix("fastspeech").replace("-no-", "-", 1)


def describe(config: Config, label: str, own: Config) -> str:
    """What a system is and which keys it changes, as Markdown."""
    if is_reference(label):
        if label == RECORDINGS:
            return "The recordings themselves: every measure of a system is one against them."
        return "The recordings' mel spectrograms through a vocoder: what a perfect mel would get."
    overlay = SYSTEMS_FOLDER / f"{system_of(label)}.yaml"
    title = read_yaml(overlay).get("description", label) if overlay.is_file() else label
    before, after = (dict(_overlaid(values)) for values in (config, own))
    changes = [
        f"- `{key}`: {_word(after.get(key))}, not {_word(before.get(key))}"
        for key in {**before, **after}
        if after.get(key) != before.get(key)
    ]
    if not changes:
        return f"{title}\n\nIt changes no key of the configuration."
    return f"{title}\n\nIt changes:\n\n" + "\n".join(changes)


def _overlaid(config: Config) -> Any:
    """The sections that a system may change, flat."""
    return flatten(config.model_dump(mode="json", include=set(OVERLAY_SECTIONS)), ".")


def _word(value: Any) -> str:
    return yaml.safe_dump(value, default_flow_style=True).removesuffix("...\n").strip()


def _parameters(label: str, own: Config) -> dict[str, Any]:
    """What decides the result of a system, without what its kind does not use."""
    if is_reference(label):
        return {}
    training = own.section("training")
    for key in NO_RESULT:
        training.pop(key, None)
    vocoder = None if own.model.output == "waveform" else own.vocoder.name
    return {
        "model": own.section("model"),
        "training": training,
        "vocoder": {"name": vocoder},
        "synthesis": own.section("synthesis"),
    }


def _find(client: Any, experiment: str, stage: str, tags: Mapping[str, str]) -> str | None:
    same = {key: tags[key] for key in ("configuration", "system", "settings") if key in tags}
    found = next(find_runs(client, experiment, {"stage": stage, **same}), None)
    return str(found.info.run_id) if found else None
