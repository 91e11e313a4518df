"""The attentions of an autoregressive system on the test split, kept beside its clips."""

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path

import h5py
import numpy as np

from fs2.errors import FS2Error
from fs2.files import write_table
from fs2.systems.attention import Attention

logger = logging.getLogger(__name__)

WEIGHTS, TABLE = "attention.h5", "attention.csv"
COLUMNS = ("id", "focus_rate", "coverage", "monotony", "stopped", "failures")


def write_attentions(folder: Path, attentions: Mapping[str, Attention]) -> dict[str, float]:
    """Write the weights and, by clip, how the decoder found its way; failures are warned of.

    Args:
        folder: Where `attention.h5` and `attention.csv` are written.
        attentions: By the names of the clips.

    Returns:
        `focus_rate`, `attention_coverage` and `attention_monotony`, means over the clips, and
        `attention_failures`, the share of the clips in which something went wrong.
    """
    with h5py.File(folder / WEIGHTS, "w") as file:
        file.create_dataset("id", data=list(attentions), dtype=h5py.string_dtype())
        file["shape"] = np.array([own.weights.shape for own in attentions.values()])
        file["stopped"] = np.array([own.stopped for own in attentions.values()])
        file["frames_per_step"] = np.array([own.frames_per_step for own in attentions.values()])
        flat = np.concatenate([own.weights.ravel() for own in attentions.values()])
        file.create_dataset("weights", data=flat.astype(np.float16), compression="gzip")
    rows = [_row(clip, own) for clip, own in attentions.items()]
    write_table(folder / TABLE, COLUMNS, rows)
    for clip, own in attentions.items():
        if own.failures:
            logger.warning("%s: the attention %s", clip, ", ".join(own.failures))
    return {
        "focus_rate": _mean(own.focus_rate for own in attentions.values()),
        "attention_coverage": _mean(own.coverage for own in attentions.values()),
        "attention_monotony": _mean(own.monotony for own in attentions.values()),
        "attention_failures": _mean(bool(own.failures) for own in attentions.values()),
    }


def read_attentions(folder: Path) -> dict[str, Attention]:
    """The attentions of the clips in a synthesis' folder; empty if its system has none.

    Raises FS2Error if the file is broken.
    """
    path = folder / WEIGHTS
    if not path.is_file():
        return {}
    try:
        with h5py.File(path, "r") as file:
            ids, shapes = file["id"].asstr()[:], file["shape"][:]
            stopped, frames = file["stopped"][:], file["frames_per_step"][:]
            flat = file["weights"][:].astype(np.float32)
    except (OSError, KeyError) as error:
        raise FS2Error(
            f"{path}: cannot be read as attentions ({error}); synthesise again"
        ) from error
    parts = np.split(flat, shapes.prod(axis=1).cumsum()[:-1])
    return {
        clip: Attention(part.reshape(shape), int(count), bool(ended))
        for clip, part, shape, count, ended in zip(ids, parts, shapes, frames, stopped, strict=True)
    }


def _row(clip: str, attention: Attention) -> dict[str, object]:
    return {
        "id": clip,
        "focus_rate": f"{attention.focus_rate:.4f}",
        "coverage": f"{attention.coverage:.4f}",
        "monotony": f"{attention.monotony:.4f}",
        "stopped": int(attention.stopped),
        "failures": "; ".join(attention.failures),
    }


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))
