"""Section model: the network of a system. Each architecture has keys of its own."""

from typing import Literal

from fs2.config.section import Section


class ModelSettings(Section):
    """What every architecture has; each adds its own keys (`fs2/systems/<name>/settings.py`)."""

    architecture: str
    """The network: a package in fs2/systems/, or that of a plugin."""
    size: Literal["paper", "small"] = "paper"
    """paper: the paper's widths; small: for training on two CPU cores. Sets the keys below."""
