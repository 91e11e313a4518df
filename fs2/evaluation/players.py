"""The clips of the report: which are shown, and each by every system."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from fs2.config.run_name import system_of
from fs2.evaluation import plots
from fs2.evaluation.clips import Recordings, read_spoken
from fs2.evaluation.downloads import flac, mp3
from fs2.evaluation.tables import Measured
from fs2.features.mel import mel_spectrogram


def choose(
    per_clip: Mapping[str, Mapping[str, Any]],
    count: int,
    first: Sequence[str] = (),
    but: Sequence[str] = (),
) -> list[str]:
    """At most `count` clips that all systems have, but for those in `but`, in order of their names.

    Those in `first` are taken before others; the rest is spread evenly over the names.
    """
    common = sorted(set.intersection(*(set(rows) for rows in per_clip.values())) - set(but))
    taken = [clip for clip in first if clip in common][:count]
    rest = [clip for clip in common if clip not in taken]
    places = np.linspace(0, len(rest) - 1, min(count - len(taken), len(rest))).round().astype(int)
    return sorted([*taken, *(rest[place] for place in places)])


def show_clip(
    clip: str,
    run_names: Sequence[str],
    per_clip: Mapping[str, Mapping[str, dict[str, str]]],
    recordings: Recordings,
    measured: Measured,
    plot: bool,
) -> dict[str, Any]:
    """What the page shows of a clip: text, and by system a player, what was heard and estimated.

    Args:
        clip: Its id.
        run_names: Whose audio of it is shown.
        per_clip: Run -> clip -> row of `per_clip.csv`.
        recordings: The features file, for audio settings and F0.
        measured: The results, for the audio and for titles.
        plot: Whether it also has mel and F0 of all, and the audio without loss.
    """
    audio = recordings.audio
    voices, panels = [], []
    for run in run_names:
        samples = read_spoken(measured.results / "synthesis" / run, clip, audio)
        row, title = per_clip[run][clip], measured.title(system_of(run))
        if plot:
            f0 = recordings.track_f0(samples)
            panels.append((title, mel_spectrogram(samples, audio), f0))
        voices.append(
            {
                "title": title,
                "sound": mp3(samples, audio.sample_rate),
                "lossless": flac(samples, audio.sample_rate) if plot else None,
                "file": f"{run}-{clip}.flac",
                "seconds": len(samples) / audio.sample_rate,
                "transcript": row.get("transcript") or "",
                "word_error_rate": row.get("word_error_rate") or "",
                "distillmos": row.get("distillmos") or "",
            }
        )
    return {
        "id": clip,
        "text": per_clip[run_names[0]][clip]["text"],
        "voices": voices,
        "plot": plots.mel_and_pitch(panels, audio) if plot else None,
    }
