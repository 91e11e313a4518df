"""The state of an unfinished run: written whole, and resumed exactly."""

import logging
from pathlib import Path
from typing import Any

import torch

from fs2.errors import FS2Error
from fs2.files import atomic_path

logger = logging.getLogger(__name__)


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write `state` (tensors and plain values) with the state of the random generators."""
    random = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        random["cuda"] = torch.cuda.get_rng_state()
    with atomic_path(path) as temporary:
        torch.save({**state, "random": random}, temporary)


def load_checkpoint(path: Path, fingerprint: str, device: torch.device) -> dict[str, Any] | None:
    """Read a checkpoint and set the random generators to where it was written.

    Returns None if there is none, or if it belongs to another configuration or other features;
    `fingerprint` tells them apart. All tensors are on the CPU: `load_state_dict` moves what belongs
    elsewhere, and the step counters of optimisers do not.
    """
    if not path.is_file():
        return None
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises what its reader happens to stumble over
        raise FS2Error(f"{path}: cannot be read ({error}); remove it to start afresh") from error
    if state.get("fingerprint") != fingerprint:
        logger.warning("%s: made with other settings or features, starting afresh", path)
        return None
    torch.set_rng_state(state["random"]["cpu"])
    if device.type == "cuda" and "cuda" in state["random"]:
        torch.cuda.set_rng_state(state["random"]["cuda"])
    return state
