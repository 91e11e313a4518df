"""Making a vocoder and reading one back, whichever it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from fs2.device import choose_device
from fs2.errors import FS2Error
from fs2.files import read_json
from fs2.registry import VOCODERS
from fs2.vocoder.entry import DESCRIPTION, Vocoder, VocoderJob, entry_for

WEIGHTS = "generator.safetensors"


def make_vocoder(job: VocoderJob) -> dict[str, Any]:
    """Make the vocoder that `job.config` has chosen; see `VocoderEntry.make`."""
    entry = entry_for(job.config)
    entry.check_available()
    return entry.make(job)


def load_vocoder(folder: Path, device: str = "auto") -> Vocoder:
    """The vocoder that `make_vocoder` left in `folder`; device auto: CUDA if there is one.

    Raises FS2Error if a file is missing or does not hold what it should, or a package that the
    vocoder needs is not installed.
    """
    folder = Path(folder)
    if not (folder / DESCRIPTION).is_file():
        raise FS2Error(
            f"{folder}: no vocoder here ({DESCRIPTION} is missing); 'snakemake --cores all' makes "
            "the one that the configuration names"
        )
    info = read_json(folder / DESCRIPTION)
    try:
        entry = VOCODERS[info["name"]]
        entry.check_available()
        loaded: Vocoder = entry.load(folder, info, choose_device(device))
    except (KeyError, TypeError, ValueError) as error:
        raise FS2Error(
            f"{folder / DESCRIPTION}: not as this version writes it ({error}); "
            "remove the folder and make it again"
        ) from error
    return loaded


def load_weights(load: Callable[[dict[str, Tensor]], object], folder: Path, what: str) -> None:
    """Give a folder's weights to `load`; FS2Error if they are not those of `what`."""
    weights = folder / WEIGHTS
    try:
        load(load_file(weights))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise FS2Error(
            f"{weights}: not the weights of {what} that vocoder.json describes ({error}); "
            "remove the folder and make it again"
        ) from error
