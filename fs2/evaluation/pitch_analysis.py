"""Where a system's pitch differs: the distribution of F0, and the contour scale by scale.

Paper section 3.3 and appendix D: wavelets are said to keep the variation that a contour predicted
directly loses. Here each scale of the pitch spectrogram has its own error.
"""

from pathlib import Path
from typing import Any

import numpy as np

from fs2.config.evaluation import Evaluation
from fs2.errors import FS2Error
from fs2.evaluation.bootstrap import estimate, ratio
from fs2.evaluation.clips import Recordings, read_spoken, read_timings
from fs2.evaluation.durations import Timing, counterparts, match
from fs2.evaluation.pitch import voiced
from fs2.features.pitch import interpolate, pitch_contour
from fs2.features.pitch_spectrogram import pitch_spectrogram
from fs2.features.store import FeatureStore
from fs2.files import write_json
from fs2.progress import progress

BIN_HZ = 10.0
"""Width of the histogram's bins."""


def analyse_pitch(
    evaluation: Evaluation, features: Path, synthesis: Path, system: str, output: Path
) -> dict[str, Any]:
    """Analyse F0 as measured on the audio of every clip of a system; write `output`, JSON.

    Args:
        evaluation: Confidence intervals.
        features: `features.h5`, which holds the recordings.
        synthesis: Folder of the system: `<id>.wav` for each clip, and `variances.h5`.
        system: Its name, for messages.
        output: The file, by convention `evaluation/<system>/pitch.json`.

    Returns:
        `histogram`: `edges` in Hz and `counts` of voiced frames, pooled over clips;
        `scales`: for each scale its `seconds` (tau), and the squared error of the standardised
        contour's component by the recordings' own square, with `low` and `high`: 0 is a copy, 1 a
        flat line, 2 a contour that knows nothing of it. `clips`: those as long as the scale, since
        in a shorter one its component is next to nothing; without any there is no `value`;
        `clips`, and `undefined`: clips in which recording or system have no voiced frame, or other
        phonemes than one another.

    Raises FS2Error if a file or the recording of a clip is missing.
    """
    clips = sorted(path.stem for path in synthesis.glob("*.wav"))
    if not clips:
        raise FS2Error(f"{synthesis}: no wav file; synthesise '{system}' first")
    timings = read_timings(synthesis / "variances.h5")
    with FeatureStore(features) as store:
        recordings = Recordings(store)
        settings = store.attribute("features")
        scales, tau0 = settings["wavelet_scales"], settings["wavelet_tau0"]
        audio = recordings.audio
        edges = np.arange(0, recordings.f0_ceiling + 2 * BIN_HZ, BIN_HZ)
        counts = np.zeros(len(edges) - 1, np.int64)
        sums, seconds, undefined = [], [], []
        for clip in progress(clips, len(clips), f"pitch of {system}"):
            recording = recordings[clip]
            if clip not in timings:
                raise FS2Error(
                    f"{synthesis / 'variances.h5'}: has no clip '{clip}'; synthesise again"
                )
            theirs, ours = (
                recordings.track_f0(samples)
                for samples in (recording.samples, read_spoken(synthesis, clip, audio))
            )
            counts += np.histogram(voiced(ours), edges)[0]
            contours = aligned_contours(theirs, ours, recording.timing, timings[clip])
            if contours is None:
                undefined.append(clip)
                continue
            first, second = (
                pitch_spectrogram(contour, audio.frame_seconds, scales, tau0)
                for contour in contours
            )
            errors = np.square(first.astype(np.float64) - second).sum(axis=0)
            sums.append(np.stack([errors, np.square(first).sum(axis=0)], axis=1))
            seconds.append(len(first) * audio.frame_seconds)
    summary = {
        "histogram": {"edges": edges.tolist(), "counts": counts.tolist()},
        "scales": _scales(np.array(sums), np.array(seconds), tau0, evaluation),
        "clips": len(sums),
        "undefined": undefined,
    }
    write_json(output, summary)
    return summary


def aligned_contours(
    recorded_f0: np.ndarray, spoken_f0: np.ndarray, recorded: Timing, spoken: Timing
) -> tuple[np.ndarray, np.ndarray] | None:
    """Standardised log F0 of a recording, and of speech stretched onto it by phoneme.

    F0 is in Hz, 0 where unvoiced, (frames,) each; unvoiced frames are interpolated. Both results
    have the recording's frames. None if either has no voiced frame, or their phonemes differ.
    """
    pairs = match(recorded.phonemes, spoken.phonemes)
    if pairs is None or not np.any(recorded_f0 > 0) or not np.any(spoken_f0 > 0):
        return None
    frames, places = counterparts(recorded, spoken, pairs)
    own = interpolate(spoken_f0)
    stretched = np.interp(places, np.arange(len(own)), own)
    whole = np.interp(np.arange(len(recorded_f0)), frames, stretched)
    return pitch_contour(recorded_f0).values, pitch_contour(whole).values


def _scales(
    sums: np.ndarray, seconds: np.ndarray, tau0: float, evaluation: Evaluation
) -> list[dict[str, Any]]:
    """Relative error of each scale from sums of errors and squares, (clips, scales, 2)."""
    found: list[dict[str, Any]] = []
    for scale in range(sums.shape[1] if len(sums) else 0):
        tau = 2 ** (scale + 2) * tau0  # tau_i of i = scale + 1
        long = sums[seconds >= tau, scale]
        value = low = high = None
        if len(long):
            value, low, high = estimate(
                long, ratio, evaluation.bootstrap_samples, evaluation.confidence
            )
        found.append({"seconds": tau, "value": value, "low": low, "high": high, "clips": len(long)})
    return found
