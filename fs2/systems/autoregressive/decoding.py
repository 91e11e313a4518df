"""Inference frame by frame, of one clip or of several at once."""

from dataclasses import dataclass

import torch
from torch import Tensor

from fs2.nn.feed_forward_transformer import length_mask
from fs2.systems.attention import Attention
from fs2.systems.autoregressive.attention import attentions
from fs2.systems.autoregressive.network import AutoregressiveNetwork, zero_frame
from fs2.systems.autoregressive.prenet import KeptUnits

BEHIND, AHEAD = 1, 4
"""Phonemes around the furthest one that a monotonic attention may look at. In a step of several
frames as many short phonemes may pass."""


@dataclass(frozen=True)
class Generated:
    """What a network spoke.

    Attributes:
        mel: (batch, frames, n_mels), natural log, zero in padding.
        frame_lengths: (batch,), int64.
        attention: (batch, heads, steps, phonemes).
        step_lengths: (batch,), int64.
        phoneme_lengths: (batch,), int64.
        stopped: (batch,), bool: whether the stop token came before the limit.
    """

    mel: Tensor
    frame_lengths: Tensor
    attention: Tensor
    step_lengths: Tensor
    phoneme_lengths: Tensor
    stopped: Tensor

    def attentions(self, frames_per_step: int) -> list[Attention]:
        """The most diagonal head of each clip."""
        lengths = self.step_lengths, self.phoneme_lengths
        return attentions(self.attention, *lengths, frames_per_step, self.stopped)


def generate(
    network: AutoregressiveNetwork,
    phonemes: Tensor,
    lengths: Tensor,
    frames_per_phoneme: float,
    monotonic: bool = False,
) -> Generated:
    """Speak until every clip's stop token, or its limit; always in the precision of the weights.

    Autocast would convert all weights anew at every step, whose time is that of reading them.

    Args:
        network: Ready for inference.
        phonemes: (batch, phonemes), int64.
        lengths: (batch,), phonemes of each clip.
        frames_per_phoneme: The limit: a clip of so many frames a phoneme ends there.
        monotonic: Whether the attention may not run backwards.
    """
    with torch.autocast(phonemes.device.type, enabled=False):
        return _generate(network, phonemes, lengths, frames_per_phoneme, monotonic)


def _generate(
    network: AutoregressiveNetwork,
    phonemes: Tensor,
    lengths: Tensor,
    frames_per_phoneme: float,
    monotonic: bool,
) -> Generated:
    memory = network.encode(phonemes, lengths)
    factor = network.reduction_factor
    limits = (lengths * frames_per_phoneme / factor).ceil().long()  # (batch,)
    state, kept = network.begin(memory), KeptUnits(network.prenet, phonemes.device)
    frame = zero_frame(network, memory)  # (batch, n_mels)
    place = torch.arange(phonemes.shape[1], device=phonemes.device)  # (phonemes,)
    pointer = torch.zeros_like(lengths)  # (batch,)
    focus: Tensor | None = None  # (batch, heads), summed over the steps
    ends, stopped = limits.clone(), torch.zeros_like(lengths, dtype=torch.bool)
    made, attention = [], []
    for step in range(int(limits.max())):
        allowed = memory.mask
        if monotonic:
            offset = place - pointer[:, None]  # (batch, phonemes)
            allowed = allowed & (offset >= -BEHIND) & (offset <= AHEAD)
        result = network.step(state, network.prenet(frame, kept(step + 1)[step]), allowed)
        made.append(result.frames)
        attention.append(result.attention)
        frame = result.frames[:, -network.n_mels :]
        if monotonic:
            largest, where = result.attention.max(dim=2)  # (batch, heads)
            focus = largest if focus is None else focus + largest
            heads = focus.argmax(dim=1, keepdim=True)  # (batch, 1)
            pointer = torch.maximum(pointer, where.gather(1, heads)[:, 0])
        stops = (result.stop_logits > 0) & ~stopped & (step < limits)
        stopped = stopped | stops
        ends = torch.where(stops, step + 1, ends)
        if bool((stopped | (step + 1 >= limits)).all()):
            break
    frames = ends * factor  # (batch,)
    batch, steps = len(phonemes), len(made)
    mel = torch.stack(made, dim=1).reshape(batch, steps * factor, network.n_mels)
    mel = network.refine(mel, length_mask(frames, steps * factor))
    return Generated(mel, frames, torch.stack(attention, dim=2), ends, lengths, stopped)
