"""Counting the weights of a network."""

from torch import nn


def parameter_count(module: nn.Module) -> int:
    """Number of trained values; the magnitudes of weight norm, which fold away, do not count."""
    return sum(
        parameter.numel()
        for name, parameter in module.named_parameters()
        if not name.endswith(".weight.original0")
    )
