"""The paper's own numbers (Ren et al., ICLR 2021, tables 1 to 7), to stand beside ours.

A system says in its file which row it is (`paper_row`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

TITLE = "FastSpeech 2: Fast and High-Quality End-to-End Text to Speech"
REFERENCE = "Ren et al., ICLR 2021, arXiv 2006.04558"
CORPUS = "LJSpeech"
HARDWARE = "one NVIDIA V100; FastSpeech 2s was trained on two"


@dataclass(frozen=True)
class Row:
    """A row of the paper's tables.

    Attributes:
        title: The paper's name for it.
        tables: The tables in which it stands; all seven systems do in 1 to 4, of which the paper
            has fewer numbers.
        values: The paper's numbers, by the names of our metrics: `mos` (95 % intervals of 0.07 to
            0.09) and `cmos` against FastSpeech 2 are of listeners, table 1; training time includes
            the teacher's, table 2; `duration_cmos` is against FastSpeech with its teacher's
            durations, table 5, `ablation_cmos` against the full system, tables 6 and 7.
    """

    title: str
    tables: tuple[int, ...]
    values: Mapping[str, float]


ROWS: dict[str, Row] = {
    "recordings": Row(
        "Recordings",
        (1, 2, 3, 4, 6, 7),
        {"mos": 4.3, "pitch_sigma": 54.4, "pitch_gamma": 0.836, "pitch_kurtosis": 0.977},
    ),
    "vocoded": Row("Recordings through mel and vocoder", (1, 3, 4), {"mos": 3.92}),
    "tacotron2": Row(
        "Tacotron 2",
        (1, 2, 3, 4),
        {
            "mos": 3.7,
            "pitch_sigma": 44.1,
            "pitch_gamma": 1.28,
            "pitch_kurtosis": 1.311,
            "pitch_dtw": 26.32,
        },
    ),
    "transformer_tts": Row(
        "Transformer TTS",
        (1, 2, 3, 4),
        {
            "mos": 3.72,
            "cmos": -0.235,
            "training_hours": 38.64,
            "real_time_factor": 0.932,
            "speed_up": 1.0,
            "pitch_sigma": 40.8,
            "pitch_gamma": 0.703,
            "pitch_kurtosis": 1.419,
            "pitch_dtw": 24.4,
        },
    ),
    "fastspeech": Row(
        "FastSpeech",
        (1, 2, 3, 4),
        {
            "mos": 3.68,
            "cmos": -0.885,
            "duration_cmos": 0.0,
            "training_hours": 53.12,
            "real_time_factor": 0.0192,
            "speed_up": 48.5,
            "pitch_sigma": 50.8,
            "pitch_gamma": 0.724,
            "pitch_kurtosis": -0.041,
            "pitch_dtw": 24.89,
            "energy_mae_mel_recorded_durations": 0.142,
        },
    ),
    "fastspeech-aligner": Row(
        "FastSpeech with the aligner's durations", (5,), {"duration_cmos": 0.195}
    ),
    "fastspeech2": Row(
        "FastSpeech 2",
        (1, 2, 3, 4, 6, 7),
        {
            "mos": 3.83,
            "cmos": 0.0,
            "training_hours": 17.02,
            "real_time_factor": 0.0195,
            "speed_up": 47.8,
            "pitch_sigma": 54.1,
            "pitch_gamma": 0.881,
            "pitch_kurtosis": 0.996,
            "pitch_dtw": 24.39,
            "energy_mae_mel_recorded_durations": 0.131,
            "ablation_cmos": 0.0,
        },
    ),
    "fastspeech2-no-energy": Row("FastSpeech 2 - energy", (6,), {"ablation_cmos": -0.04}),
    "fastspeech2-no-pitch": Row("FastSpeech 2 - pitch", (6,), {"ablation_cmos": -0.245}),
    "fastspeech2-no-pitch-energy": Row(
        "FastSpeech 2 - pitch - energy", (6,), {"ablation_cmos": -0.37}
    ),
    "fastspeech2-no-cwt": Row(
        "FastSpeech 2 - CWT",
        (3, 7),
        {
            "pitch_sigma": 42.3,
            "pitch_gamma": 0.771,
            "pitch_kurtosis": 1.115,
            "pitch_dtw": 25.13,
            "ablation_cmos": -0.185,
        },
    ),
    "fastspeech2s": Row(
        "FastSpeech 2s",
        (1, 2, 3, 4, 6, 7),
        {
            "mos": 3.71,
            "training_hours": 92.18,
            "real_time_factor": 0.018,
            "speed_up": 51.8,
            "pitch_sigma": 53.9,
            "pitch_gamma": 0.872,
            "pitch_kurtosis": 0.998,
            "pitch_dtw": 24.37,
            "energy_mae_mel_recorded_durations": 0.133,
            "ablation_cmos": 0.0,
        },
    ),
    "fastspeech2s-no-energy": Row("FastSpeech 2s - energy", (6,), {"ablation_cmos": -0.16}),
    "fastspeech2s-no-pitch": Row("FastSpeech 2s - pitch", (6,), {"ablation_cmos": -1.13}),
    "fastspeech2s-no-pitch-energy": Row(
        "FastSpeech 2s - pitch - energy", (6,), {"ablation_cmos": -1.355}
    ),
    "fastspeech2s-no-cwt": Row("FastSpeech 2s - CWT", (7,), {"ablation_cmos": -0.201}),
    "fastspeech2s-no-mel-decoder": Row(
        "FastSpeech 2s - mel decoder", (7,), {"ablation_cmos": -0.285}
    ),
}
"""In the order in which every table lists them."""

BOUNDARY_ERRORS = {
    "mfa": ("Montreal Forced Aligner", 12.47),
    "teacher": ("Attention of the autoregressive teacher", 19.68),
}
"""Table 5: how durations were found -> its name, mean absolute boundary error in milliseconds."""


def value(row: str | None, name: str) -> float | None:
    """A number of a row; None where the paper reports none."""
    return ROWS[row].values.get(name) if row in ROWS else None
