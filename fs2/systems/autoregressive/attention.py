"""From the attentions of all heads to the one that tells where each step was."""

from torch import Tensor

from fs2.systems.attention import Attention


def most_diagonal(weights: Tensor) -> Tensor:
    """The head (steps, phonemes) with the highest focus rate of (heads, steps, phonemes).

    Ren et al. 2019, equation 6. A head that stays at one phoneme all the time would have the
    highest of all, and a head is to go through the text: its focus rate is weighted by the share of
    the phonemes that it gets to.
    """
    focus = weights.amax(dim=2).mean(dim=1)  # (heads,)
    position = weights.argmax(dim=2)  # (heads, steps)
    reached = weights.new_zeros(weights.shape[0], weights.shape[2]).scatter_(1, position, 1.0)
    return weights[(focus * reached.mean(dim=1)).argmax()]


def attentions(
    weights: Tensor,
    step_lengths: Tensor,
    phoneme_lengths: Tensor,
    frames_per_step: int,
    stopped: Tensor | None = None,
) -> list[Attention]:
    """The most diagonal head of each clip.

    Args:
        weights: (batch, heads, steps, phonemes).
        step_lengths: (batch,).
        phoneme_lengths: (batch,).
        frames_per_step: Frames that the decoder makes at a step.
        stopped: (batch,), whether each ended by itself; None: all.
    """
    found = []
    for clip, heads in enumerate(weights):
        own = heads[:, : int(step_lengths[clip]), : int(phoneme_lengths[clip])].float()
        ended = stopped is None or bool(stopped[clip])
        found.append(Attention(most_diagonal(own).cpu().numpy(), frames_per_step, ended))
    return found
