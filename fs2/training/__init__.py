"""Training."""

from fs2.training.trainer import train

__all__ = ["train"]
