"""What every autoregressive system answers in the same way."""

from typing import TYPE_CHECKING

from fs2.systems.controls import Controls
from fs2.systems.system import Spoken, System, TrainingJob

if TYPE_CHECKING:
    from torch import Tensor

    from fs2.systems.autoregressive.network import AutoregressiveNetwork
    from fs2.systems.autoregressive.training import AutoregressiveTrainer


class AutoregressiveSystem(System):
    """From phonemes to a mel, frame by frame, without durations of its own."""

    makes = "mel"
    columns = ("mel",)
    has_durations = False

    def trainer(self, job: TrainingJob) -> "AutoregressiveTrainer":
        """As `System.trainer`."""
        from fs2.systems.autoregressive.training import AutoregressiveTrainer

        return AutoregressiveTrainer(job)

    def synthesise(
        self,
        network: "AutoregressiveNetwork",
        phonemes: "Tensor",
        controls: Controls,
        durations: "Tensor | None" = None,
    ) -> Spoken:
        """As `System.synthesise`; there are no durations that could be given."""
        from fs2.systems.autoregressive.synthesis import synthesise

        return synthesise(network, phonemes, controls)
