"""Durations of clips as a table has them, in the place of those of the features file."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from fs2.errors import FS2Error
from fs2.files import read_table


def read_durations(path: Path) -> Mapping[str, np.ndarray]:
    """Clip -> (phonemes,), int32, frames, of a durations.csv (docs/architecture.md).

    Raises FS2Error if it cannot be read, or a duration is no number.
    """
    durations = {}
    for row in read_table(path, ("id", "durations")):
        try:
            durations[row["id"]] = np.array(row["durations"].split(), dtype=np.int32)
        except ValueError as error:
            raise FS2Error(f"{path}: clip '{row['id']}': a duration is no number") from error
    return durations
