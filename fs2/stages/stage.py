"""Which stages there are, and what the jobs of each are about.

The function of a stage imports itself what it needs: MFA's environment has no torch, for example.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from fs2 import tracking
from fs2.errors import FS2Error
from fs2.references import is_reference
from fs2.stages.job import Job
from fs2.stages.networks import distillation, training, vocoder
from fs2.stages.preparation import alignment, corpus, features, text
from fs2.stages.results import (
    evaluation,
    listening_test,
    pitch,
    report,
    robustness,
    speed,
    synthesis,
    tables,
    voices,
)


@dataclass(frozen=True)
class Stage:
    """A stage: its name, its function, and what its jobs are about."""

    name: str
    do: Callable[[Job, tracking.Run], None]
    about: Literal["", "system", "vocoder"] = ""
    references: bool = False
    """Whether it may be about the references too."""

    def check(self, job: Job) -> None:
        """FS2Error unless the job says what it is about, and no more."""
        given = {"system": job.run, "vocoder": job.vocoder}
        for kind, name in given.items():
            if bool(name) != (kind == self.about):
                wish = (
                    f"needs a {kind}: --{kind} NAME" if kind == self.about else f"takes no {kind}"
                )
                raise FS2Error(f"stage {self.name} {wish}")
        if not job.run:
            return
        if not is_reference(job.run):
            job.plan.catalogue.config(job.run)  # or the error that lists the known ones
        elif not self.references:
            raise FS2Error(f"stage {self.name}: {job.run} is no trained system")


_STAGES = (
    Stage("corpus", corpus),
    Stage("text", text),
    Stage("alignment", alignment),
    Stage("features", features),
    Stage("training", training, "system"),
    Stage("distillation", distillation, "system"),
    Stage("vocoder", vocoder, "vocoder"),
    Stage("synthesis", synthesis, "system", references=True),
    Stage("evaluation", evaluation, "system", references=True),
    Stage("pitch", pitch, "system", references=True),
    Stage("speed", speed, "system"),
    Stage("robustness", robustness, "system"),
    Stage("listening_test", listening_test),
    Stage("voices", voices, "system"),
    Stage("tables", tables),
    Stage("report", report),
)
STAGES = {stage.name: stage for stage in _STAGES}
"""By name: that of the rule, of its log, and of its runs in MLflow."""
