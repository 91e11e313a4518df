"""An autoregressive system speaks: one sequence of phonemes, or several at once."""

from torch import Tensor

from fs2.config.synthesis import Synthesis
from fs2.systems.autoregressive.decoding import generate
from fs2.systems.autoregressive.network import AutoregressiveNetwork
from fs2.systems.controls import Controls
from fs2.systems.system import Spoken


def synthesise(
    network: AutoregressiveNetwork, phonemes: Tensor, lengths: Tensor, controls: Controls
) -> list[Spoken]:
    """The mel of each clip of symbol numbers (batch, phonemes), and the attention that made it."""
    controls = controls.completed(Synthesis())
    result = generate(
        network,
        phonemes,
        lengths,
        controls.maximum_frames_per_phoneme,  # type: ignore[arg-type]
        bool(controls.monotonic_attention),
    )
    attentions = result.attentions(network.reduction_factor)
    mels = zip(result.mel, result.frame_lengths.tolist(), strict=True)
    return [
        Spoken(mel=mel[:frames], attention=attention)
        for (mel, frames), attention in zip(mels, attentions, strict=True)
    ]
