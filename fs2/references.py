"""Names of what is evaluated beside the trained systems: the recordings and their copies."""

from fs2.registry import VOCODERS

RECORDINGS = "recordings"
VOCODED = "vocoded"
"""The recordings' mels through the vocoder; `vocoded-<vocoder>` through another one."""


def copy_name(vocoder: str) -> str:
    """The name of the copies by a vocoder that is not the configuration's."""
    return f"{VOCODED}-{vocoder}"


def is_reference(name: str) -> bool:
    """Whether it is made from the recordings alone, without a trained system."""
    return name in (RECORDINGS, VOCODED, *map(copy_name, VOCODERS))
