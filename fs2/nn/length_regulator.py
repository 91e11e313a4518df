"""The length regulator (paper section 2.2): a phoneme's state is repeated for its frames."""

from typing import cast

import torch
from torch import Tensor

from fs2.errors import FS2Error
from fs2.kernels.exporting import exporting

LONGEST_PHONE = 2000
"""Frames (23 s at 22,050 Hz) beyond which a predicted duration is no speech."""


def whole_frames(log_durations: Tensor, mask: Tensor, pace: float | Tensor) -> Tensor:
    """Predicted durations as whole frames.

    Args:
        log_durations: (batch, phonemes), log(frames + 1).
        mask: (batch, phonemes), true inside a clip.
        pace: Speaking rate, or that of each phoneme (batch, phonemes): 2 halves a duration.

    Returns:
        (batch, phonemes), int64; a clip has at least one frame.

    Raises FS2Error if one is endless or no number.
    """
    frames = (log_durations.float().exp() - 1).clamp(min=0) * mask
    if exporting():  # a graph raises no errors: who runs it looks at the durations
        frames = frames.clamp(max=LONGEST_PHONE)
    elif not bool((frames <= LONGEST_PHONE).all()):  # or if one is not a number
        raise FS2Error(
            "the system predicts a phone of endless length: its training went wrong; see its "
            "history.csv and train it again"
        )
    durations = (frames / pace).round().long()
    # A text never becomes nothing: a clip all of whose durations round to 0 keeps one frame.
    durations[:, 0] += durations.sum(dim=1) == 0
    return durations


def longest(frame_lengths: Tensor) -> int:
    """Frames of the longest clip; frame_lengths (batch,)."""
    frames = cast(int, frame_lengths.max().item())
    if exporting():  # no axis of unknown length is taken for one that is repeated
        torch._check(frames > 1)
    return frames


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
    if exporting():  # ONNX has no search: as many phonemes have ended
        index = (ends[:, None, :] <= frame[:, None]).sum(dim=2)
    else:
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
