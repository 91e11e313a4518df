"""An autoregressive system speaks: one sequence of phonemes at a time."""

from torch import Tensor

from fs2.config.synthesis import Synthesis
from fs2.systems.autoregressive.decoding import generate
from fs2.systems.autoregressive.network import AutoregressiveNetwork
from fs2.systems.controls import Controls
from fs2.systems.system import Spoken


def synthesise(network: AutoregressiveNetwork, phonemes: Tensor, controls: Controls) -> Spoken:
    """The mel of symbol numbers (phonemes,), and the attention that made it."""
    controls = controls.completed(Synthesis())
    lengths = phonemes.new_tensor([len(phonemes)])
    result = generate(
        network,
        phonemes[None],
        lengths,
        controls.maximum_frames_per_phoneme,  # type: ignore[arg-type]
        bool(controls.monotonic_attention),
    )
    (attention,) = result.attentions(network.reduction_factor)
    return Spoken(mel=result.mel[0], attention=attention)
