"""What the workflow asks of a configuration: which jobs there are, and what decides each.

The rules under `workflow/rules/` hold no logic of their own: they ask here, and `fs2 stage` too.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from fs2.config.listening_test import OF_THE_ANSWERS
from fs2.config.run_name import SEED_SUFFIX, run_names
from fs2.config.schema import Config
from fs2.config.section import ChosenSection
from fs2.errors import FS2Error
from fs2.files import sha256
from fs2.listening_test.folder import KEY, answer_files, answers_folder
from fs2.references import RECORDINGS, VOCODED, copy_name, is_reference
from fs2.registry import VOCODERS
from fs2.sentence_lists import read_list
from fs2.stages.layout import Layout
from fs2.systems.catalogue import Catalogue
from fs2.systems.controls import DECODING, Controls
from fs2.systems.declaration import (
    evaluation_settings,
    result_settings,
    robustness_settings,
    training_settings,
)
from fs2.systems.finished import finished_runs, is_measured
from fs2.systems.system import TEACHER, System, check_controls, system_for
from fs2.vocoder.entry import vocoder_settings

OVERVIEW = """\
snakemake --cores all [TARGET], without one: all

{targets}

  --config systems='[a,b]'   systems of the target all: files in config/systems/
  --config seeds='[1234,2]'  each system of any target once with each seed
  -n                         what would run, and why
  -R RULE                    a rule and what follows, again; most stages are one rule

A trained system is not trained again because another one, or another seed, is asked for.
Tables and report show every system that is finished with the settings of now.
Systems: {systems}"""


class Plan:
    """The jobs of a configuration.

    Args:
        catalogue: Its systems.
        layout: Where its results lie; only `shown` looks at them.

    Attributes:
        runs: The configured systems with each seed.
        evaluated: The references of these, and these.
        copies: Every copy of the recordings that there can be -> its vocoder.
    """

    def __init__(self, catalogue: Catalogue, layout: Layout) -> None:
        self.catalogue = catalogue
        self.config = catalogue.base
        self.layout = layout
        self.copies = {self.copy_through(name): name for name in VOCODERS}
        for system in self.config.systems:  # a wrong one is told before anything runs
            config = catalogue.config(system)
            check_controls(config, system, Controls.of(config.synthesis))
        for chosen in self.config.evaluation.sentences:  # and a wrong list, too
            read_list(chosen)
        self.runs = self.with_seeds(self.config.systems)
        self.evaluated = [*self.references_of(self.runs), *self.runs]

    def with_seeds(self, systems: Iterable[str]) -> list[str]:
        """Systems, each with every seed of the configuration."""
        return run_names(systems, self.config.all_seeds, self.config.training.seed)

    def configuration(self, run: str) -> Config:
        """The configuration of a run; a reference has the workflow's with its vocoder chosen."""
        if run in self.copies:
            return self.with_vocoder(self.copies[run])
        return self.config if is_reference(run) else self.catalogue.config(run)

    def with_vocoder(self, name: str) -> Config:
        """The workflow's configuration with a vocoder chosen."""
        return self.config.model_copy(update={"vocoder": self.config.vocoder.choose(name)})

    def vocoder_of(self, run: str) -> str | None:
        """The name of the vocoder that a run is spoken with; None if it needs none.

        FS2Error if a system gives it other settings than the configuration:
        results/<corpus>/vocoder/ has room for one of a name.
        """
        if run == RECORDINGS:
            return None
        if run in self.copies:
            return self.copies[run]
        config = self.configuration(run)
        if result_settings(config)["vocoder"] is None:
            return None
        name = config.vocoder.name
        if config.vocoder.settings != getattr(self.config.vocoder, name):
            raise FS2Error(
                f"{run} gives the vocoder {name} other settings than the configuration; "
                "results/<corpus>/vocoder/ has room for one of a name"
            )
        return name

    def teacher_of(self, run: str) -> str | None:
        """The run that the training of a run learns of; None if it has no teacher.

        FS2Error if that system cannot teach.
        """
        teacher = self.catalogue.needs(run).get(TEACHER)
        if teacher is not None and not self._system(teacher).can_teach:
            able = [name for name in self.catalogue.names if self._system(name).can_teach]
            raise FS2Error(
                f"{run}: its teacher {teacher} has no attention to learn durations of; systems "
                f"that can teach: {', '.join(able) or 'none'}"
            )
        return teacher

    def teachers_of(self, runs: Iterable[str]) -> list[str]:
        """The teachers of some runs, each once."""
        found = dict.fromkeys(self.teacher_of(run) for run in runs if not is_reference(run))
        return [teacher for teacher in found if teacher is not None]

    def _system(self, run: str) -> System:
        return system_for(self.catalogue.config(run))

    def copy_through(self, vocoder: str) -> str:
        """The recordings' mels through a vocoder, evaluated like a system."""
        return VOCODED if vocoder == self.config.vocoder.name else copy_name(vocoder)

    def references_of(self, runs: Iterable[str]) -> list[str]:
        """What needs no training: the test clips themselves, and their copies by each vocoder."""
        names = [self.config.vocoder.name, *(self.configuration(run).vocoder.name for run in runs)]
        return [RECORDINGS, *dict.fromkeys(map(self.copy_through, names))]

    @property
    def fetched_vocoders(self) -> list[str]:
        """The vocoders that the configured systems are spoken with, but those trained here."""
        names = dict.fromkeys(name for run in self.evaluated if (name := self.vocoder_of(run)))
        return [name for name in names if not VOCODERS[name].trained]

    @cached_property
    def compared(self) -> list[str]:
        """Every run that has a row in the tables, the configured ones first."""
        return list(dict.fromkeys([*self.runs, *self.with_seeds(self.catalogue.compared)]))

    @cached_property
    def ablations(self) -> list[str]:
        """The runs of every system that is compared with another, and of these."""
        return self.with_seeds(self.catalogue.ablations)

    @cached_property
    def finished(self) -> list[str]:
        """Runs that are shown whether they are asked for or not. Nothing runs for their sake."""
        return finished_runs(self.catalogue, self.layout.root)

    def shown(self, runs: Iterable[str]) -> list[str]:
        """What tables and report show: some runs, and all that is finished besides."""
        runs = list(runs)
        there = [
            name
            for name in self.references_of(self.finished)
            if is_measured(self.configuration(name), self.layout.evaluation(name))
        ]
        return list(dict.fromkeys([*self.references_of(runs), *there, *runs, *self.finished]))

    @property
    def trained_pattern(self) -> str:
        """Regular expression of the runs of every system that has a file."""
        return f"(?:{one_of(self.catalogue.names)})(?:{SEED_SUFFIX})?"

    def overview(self, targets: Mapping[str, str]) -> str:
        """The targets, each with what it makes, and the options that one needs most."""
        return OVERVIEW.format(
            targets="\n".join(f"  {name:<16}{what}" for name, what in targets.items()),
            systems=", ".join(self.catalogue.names),
        )

    # What decides each job: the params of its rule.

    def audio(self, *keys: str) -> dict[str, Any]:
        """The audio settings that a stage uses, all of them unless some are named."""
        settings = self.config.section("audio")
        return {key: settings[key] for key in keys} if keys else settings

    def training_settings(self, run: str) -> dict[str, Any]:
        """Those of a training."""
        return training_settings(self.catalogue.config(run))

    def distillation_settings(self, run: str) -> dict[str, Any]:
        """Those of what a teacher gives, besides its own training."""
        config = self.catalogue.config(run)
        decoding = config.synthesis.plain(include=set(DECODING))
        return {"distillation": config.section("distillation"), "synthesis": decoding}

    def vocoder_settings(self, name: str) -> dict[str, Any]:
        """Those of a vocoder."""
        return vocoder_settings(self.with_vocoder(name))

    def synthesis_settings(self, run: str) -> dict[str, Any]:
        """Those of a synthesis; the references are not controlled."""
        config, vocoder = self.configuration(run), self.vocoder_of(run)
        synthesis = config.section("synthesis")
        if is_reference(run):
            synthesis = {"maximum_clips": synthesis["maximum_clips"]}
        return {"synthesis": synthesis, "vocoder": self.spoken_with(run) if vocoder else None}

    def spoken_with(self, run: str) -> dict[str, Any] | None:
        """The vocoder of a run, with its settings."""
        name = self.vocoder_of(run)
        return self.with_vocoder(name).section("vocoder") if name else None

    @property
    def evaluation_settings(self) -> dict[str, Any]:
        """Those of an evaluation."""
        return evaluation_settings(self.config)

    def robustness_settings(self, run: str) -> dict[str, Any]:
        """Those of speaking sentences without recordings."""
        return robustness_settings(self.catalogue.config(run))

    @property
    def compared_textgrids(self) -> list[str]:
        """The user's alignments that table 5 compares, if there is a reference."""
        evaluation = self.config.evaluation
        if not evaluation.reference_textgrids:
            return []
        paths = evaluation.reference_textgrids, evaluation.other_textgrids
        return [file for path in paths for file in local_inputs(path)]

    @property
    def rows(self) -> dict[str, Any]:
        """What the systems' files say of rows and titles, on which tables and report depend."""
        keys = {"title", "paper_row", "tables", "compare_with"}
        files = {name: self.catalogue.file(name) for name in self.catalogue.names}
        return {name: file.model_dump(mode="json", include=keys) for name, file in files.items()}

    @property
    def intervals(self) -> dict[str, Any]:
        """How intervals are estimated."""
        return self.config.evaluation.plain(include={"bootstrap_samples", "confidence"})

    @property
    def listening_test_settings(self) -> dict[str, Any]:
        """Those of the page for listeners."""
        return self.config.listening_test.plain(exclude=set(OF_THE_ANSWERS))

    @property
    def answers(self) -> dict[str, Any]:
        """What tables and report show of listeners: the files, and who counts; empty without."""
        folder = answers_folder(self.config)
        files = answer_files(folder)
        if not files:
            return {}
        settings = self.config.listening_test.plain(include=set(OF_THE_ANSWERS))
        keys = [path for path in (folder / KEY,) if path.is_file()]
        return settings | {"files": {path.name: sha256(path) for path in (*keys, *files)}}


def local_inputs(path: str | None) -> list[str]:
    """A path of the user's own as an input, if there is one: a changed file is used again.

    Of a folder its metadata.csv counts too; a clip changed within needs `-R corpus`.
    """
    if not path:
        return []
    metadata = Path(path) / "metadata.csv"
    return [path, str(metadata)] if metadata.is_file() else [path]


def user_inputs(section: ChosenSection) -> list[str]:
    """The file or folder of the user's that the chosen aligner or vocoder reads, as an input."""
    return local_inputs(section.entry.user_path(section.settings))


def one_of(names: Iterable[str]) -> str:
    """Regular expression for exactly one of these names."""
    return "|".join(map(re.escape, names))
