"""What every autoregressive system answers in the same way."""

from typing import TYPE_CHECKING

from fs2.systems.attention import Attention
from fs2.systems.controls import Controls
from fs2.systems.system import Spoken, System, TrainingJob

if TYPE_CHECKING:
    from torch import Tensor

    from fs2.systems.autoregressive.network import AutoregressiveNetwork
    from fs2.systems.autoregressive.training import AutoregressiveTrainer
    from fs2.training.data import Batch


class AutoregressiveSystem(System):
    """From phonemes to a mel, frame by frame, without durations of its own."""

    makes = "mel"
    columns = ("mel", "durations")
    can_teach = True
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
        (spoken,) = self.generate(
            network, phonemes[None], phonemes.new_tensor([len(phonemes)]), controls
        )
        return spoken

    def generate(
        self,
        network: "AutoregressiveNetwork",
        phonemes: "Tensor",
        lengths: "Tensor",
        controls: Controls,
    ) -> list[Spoken]:
        """As `System.generate`."""
        from fs2.systems.autoregressive.synthesis import synthesise

        return synthesise(network, phonemes, lengths, controls)

    def align(self, network: "AutoregressiveNetwork", batch: "Batch") -> list[Attention]:
        """As `System.align`."""
        from fs2.systems.autoregressive.attention import attentions

        result = network(batch.phonemes, batch.phoneme_lengths, batch["mel"], batch.frame_lengths)
        lengths = result.step_lengths, batch.phoneme_lengths
        return attentions(result.attention, *lengths, network.reduction_factor)
