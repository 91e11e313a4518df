"""Energy: mean absolute error by frame, on two scales (paper table 4)."""

import numpy as np

from fs2.evaluation.durations import Timing, counterparts


def mel_energy(mel: np.ndarray) -> np.ndarray:
    """L2 norm of the linear mel frame, (frames, bands) natural log -> (frames,), about 0 to 4.

    This is the scale that the paper's table 4 fits: sqrt(sum(10^(2 log10 mel))).
    """
    return np.sqrt(np.sum(np.exp(2 * mel.astype(np.float64)), axis=1))


def energy_errors(
    recorded_energy: np.ndarray,
    spoken_energy: np.ndarray,
    recorded: Timing,
    spoken: Timing,
    pairs: np.ndarray,
) -> np.ndarray:
    """Absolute energy difference of each recorded frame and its counterpart, (matched frames,).

    The paper synthesises with the recordings' durations, so that frames correspond. Here the
    system's own durations are kept and each phoneme is stretched evenly onto the recorded one,
    which comes to the same where the durations agree; the spoken energy is interpolated.
    """
    frames, places = counterparts(recorded, spoken, pairs)
    at_places = np.interp(places, np.arange(len(spoken_energy)), spoken_energy)
    mask = frames < len(recorded_energy)
    return np.abs(recorded_energy[frames[mask]] - at_places[mask])
