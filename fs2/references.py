"""Names of what is evaluated beside the trained systems: the recordings and their copies."""

RECORDINGS = "recordings"
VOCODED = "vocoded"
"""The recordings' mels through the vocoder; `vocoded-<vocoder>` through another one."""


def is_reference(system: str) -> bool:
    """Whether it is made from the recordings alone, without a trained system."""
    return system in (RECORDINGS, VOCODED) or system.startswith(f"{VOCODED}-")
