"""The runs under which stages are nested: one a configuration, and in it one a system and seed."""

from collections.abc import Mapping
from typing import Any

import yaml

from fs2.config.files import architecture_values, parse_config
from fs2.config.run_name import system_of
from fs2.config.schema import Config
from fs2.references import RECORDINGS, is_reference
from fs2.systems.catalogue import OVERLAY_SECTIONS, Catalogue
from fs2.systems.declaration import parameters
from fs2.tracking.batches import log_parameters
from fs2.tracking.store import find_runs, flatten


def workflow_run(client: Any, experiment: str, config: Config, common: Mapping[str, str]) -> str:
    """Id of the run of this configuration; made the first time."""
    found = _find(client, experiment, "workflow", common)
    if found:
        return found
    values = config.deciding()
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
    catalogue: Catalogue,
    run_name: str,
    system_config: Config,
    common: Mapping[str, str],
    parent: str,
) -> str:
    """Id of the run of a system and seed, below the workflow's run `parent`; made the first time.

    It has what differs between systems as parameters, and in its description what the system
    changes. A system whose overlay was edited has another run.

    Args:
        client: An `MlflowClient`.
        experiment: Id of the experiment.
        catalogue: The systems of the workflow's configuration.
        run_name: The system; with another seed than the configuration's, `<system>-seed<N>`.
        system_config: The configuration of the system.
        common: Tags of all runs of this configuration.
        parent: Id of the workflow's run.
    """
    tags = {"system": run_name, "settings": system_config.hash()}
    found = _find(client, experiment, "system", {**common, **tags})
    if found:
        return found
    seed = {} if is_reference(run_name) else {"seed": str(system_config.training.seed)}
    tags |= {**common, **seed, "stage": "system", "mlflow.parentRunId": parent}
    tags["mlflow.note.content"] = describe(catalogue, run_name, system_config)
    run = client.create_run(experiment, tags=tags, run_name=run_name)
    values = {
        "row": short_name(catalogue, run_name),
        **seed,
        **({} if is_reference(run_name) else parameters(system_config)),
    }
    log_parameters(client, run.info.run_id, values)
    return str(run.info.run_id)


def short_name(catalogue: Catalogue, run: str) -> str:
    """A system in short: `2-pitch` for `fastspeech2-no-pitch`.

    MLflow's parallel coordinates plot cuts words after ten characters.
    """
    system = system_of(run)
    own = catalogue.file(system).short if system in catalogue.names else None
    return own or system


def describe(catalogue: Catalogue, run_name: str, system_config: Config) -> str:
    """What a system is and which keys it changes, as Markdown.

    What differs with the architecture alone is not told.
    """
    if is_reference(run_name):
        if run_name == RECORDINGS:
            return "The recordings themselves: every measure of a system is one against them."
        return "The recordings' mel spectrograms through a vocoder: what a perfect mel would get."
    title = catalogue.file(system_of(run_name)).description or run_name
    architecture = system_config.model.architecture
    base = parse_config(architecture_values(catalogue.values, architecture))
    before, after = (dict(_overlaid(config)) for config in (base, system_config))
    before["model.architecture"] = catalogue.base.model.architecture
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


def _find(client: Any, experiment: str, stage: str, tags: Mapping[str, str]) -> str | None:
    same = {key: tags[key] for key in ("configuration", "system", "settings") if key in tags}
    found = next(find_runs(client, experiment, {"stage": stage, **same}), None)
    return str(found.info.run_id) if found else None
