"""Losses that several systems share."""

from torch import Tensor


def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    """Mean of values (batch, time) or (batch, time, channels) over the positions in the mask."""
    if values.dim() == 3:
        values = values.mean(dim=2)
    return (values * mask).sum() / mask.sum()


def duration_loss(log_durations: Tensor, durations: Tensor, mask: Tensor) -> Tensor:
    """Mean squared error of log(frames + 1) (Ren et al. 2019, section 3.3).

    Args:
        log_durations: (batch, phonemes), as predicted.
        durations: (batch, phonemes), int64, frames.
        mask: (batch, phonemes), true inside a clip.
    """
    target = (durations + 1).float().log()
    return masked_mean((log_durations.float() - target).square(), mask)
