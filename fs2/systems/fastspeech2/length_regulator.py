"""The length regulator (paper section 2.2): a phoneme's state is repeated for its frames."""

import torch
from torch import Tensor


def frame_to_phoneme(durations: Tensor, frames: int) -> Tensor:
    """Index of the phoneme that each frame belongs to.

    Cumulative sums and a search: no loop, and no transfer from the device.

    Args:
        durations: (batch, phonemes), in frames, 0 for padding.
        frames: Length of the result; frames beyond a clip's end point at its last phoneme.

    Returns:
        (batch, frames), int64.
    """
    ends = durations.cumsum(dim=1)
    frame = torch.arange(frames, device=durations.device, dtype=ends.dtype)
    index = torch.searchsorted(ends, frame.expand(len(ends), -1).contiguous(), right=True)
    return index.clamp(max=durations.shape[1] - 1)


def regulate_length(states: Tensor, durations: Tensor, frames: int) -> Tensor:
    """Repeat each phoneme's state for its duration.

    Args:
        states: (batch, phonemes, channels).
        durations: (batch, phonemes), in frames.
        frames: Length of the result; what lies beyond a clip's end must be masked.

    Returns:
        (batch, frames, channels).
    """
    index = frame_to_phoneme(durations, frames)
    return states.gather(1, index[..., None].expand(-1, -1, states.shape[2]))


def average_by_phoneme(values: Tensor, durations: Tensor, frame_mask: Tensor) -> Tensor:
    """Mean of each phoneme's frames.

    Args:
        values: (batch, frames).
        durations: (batch, phonemes), in frames, 0 for padding.
        frame_mask: (batch, frames), true inside a clip.

    Returns:
        (batch, phonemes), 0 where a phoneme has no frame.
    """
    index = frame_to_phoneme(durations, values.shape[1])
    sums = torch.zeros(durations.shape, dtype=values.dtype, device=values.device)
    return sums.scatter_add(1, index, values * frame_mask) / durations.clamp(min=1)
