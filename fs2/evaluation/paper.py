"""The paper's own numbers (Ren et al., ICLR 2021, tables 1 to 7), to stand beside ours."""

TITLE = "FastSpeech 2: Fast and High-Quality End-to-End Text to Speech"
REFERENCE = "Ren et al., ICLR 2021, arXiv 2006.04558"
CORPUS = "LJSpeech"
HARDWARE = "one NVIDIA V100; FastSpeech 2s was trained on two"

SYSTEMS: dict[str, tuple[str, dict[str, float]]] = {
    "recordings": (
        "Recordings",
        {"mos": 4.30, "pitch_sigma": 54.4, "pitch_gamma": 0.836, "pitch_kurtosis": 0.977},
    ),
    "vocoded": ("Vocoded recordings", {"mos": 3.92}),
    "tacotron2": (
        "Tacotron 2",
        {
            "mos": 3.70,
            "pitch_sigma": 44.1,
            "pitch_gamma": 1.28,
            "pitch_kurtosis": 1.311,
            "pitch_dtw": 26.32,
        },
    ),
    "transformer_tts": (
        "Transformer TTS",
        {
            "mos": 3.72,
            "cmos": -0.235,
            "training_hours": 38.64,
            "real_time_factor": 0.932,
            "speed_up": 1.0,
            "pitch_sigma": 40.8,
            "pitch_gamma": 0.703,
            "pitch_kurtosis": 1.419,
            "pitch_dtw": 24.40,
        },
    ),
    "fastspeech": (
        "FastSpeech",
        {
            "mos": 3.68,
            "cmos": -0.885,
            "training_hours": 53.12,
            "real_time_factor": 0.0192,
            "speed_up": 48.5,
            "pitch_sigma": 50.8,
            "pitch_gamma": 0.724,
            "pitch_kurtosis": -0.041,
            "pitch_dtw": 24.89,
            "energy_mae_mel": 0.142,
        },
    ),
    "fastspeech2": (
        "FastSpeech 2",
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
            "energy_mae_mel": 0.131,
            "ablation_cmos": 0.0,
        },
    ),
    "fastspeech2-no-energy": ("FastSpeech 2 - energy", {"ablation_cmos": -0.040}),
    "fastspeech2-no-pitch": ("FastSpeech 2 - pitch", {"ablation_cmos": -0.245}),
    "fastspeech2-no-pitch-energy": ("FastSpeech 2 - pitch - energy", {"ablation_cmos": -0.370}),
    "fastspeech2-no-cwt": (
        "FastSpeech 2 - CWT",
        {
            "pitch_sigma": 42.3,
            "pitch_gamma": 0.771,
            "pitch_kurtosis": 1.115,
            "pitch_dtw": 25.13,
            "ablation_cmos": -0.185,
        },
    ),
    "fastspeech2s": (
        "FastSpeech 2s",
        {
            "mos": 3.71,
            "training_hours": 92.18,
            "real_time_factor": 0.0180,
            "speed_up": 51.8,
            "pitch_sigma": 53.9,
            "pitch_gamma": 0.872,
            "pitch_kurtosis": 0.998,
            "pitch_dtw": 24.37,
            "energy_mae_mel": 0.133,
            "ablation_cmos": 0.0,
        },
    ),
    "fastspeech2s-no-energy": ("FastSpeech 2s - energy", {"ablation_cmos": -0.160}),
    "fastspeech2s-no-pitch": ("FastSpeech 2s - pitch", {"ablation_cmos": -1.130}),
    "fastspeech2s-no-pitch-energy": ("FastSpeech 2s - pitch - energy", {"ablation_cmos": -1.355}),
    "fastspeech2s-no-cwt": ("FastSpeech 2s - CWT", {"ablation_cmos": -0.201}),
    "fastspeech2s-no-mel-decoder": ("FastSpeech 2s - mel decoder", {"ablation_cmos": -0.285}),
}
"""System -> the paper's name for it, and its values by the names of our metrics.

`mos` (95 % intervals of 0.07 to 0.09) and `cmos` against FastSpeech 2 are of listeners, table 1;
training time includes the teacher's, table 2; `ablation_cmos` is against the full system, tables
6 and 7.
"""

BOUNDARY_ERRORS = {
    "teacher": ("Attention of the autoregressive teacher", 19.68),
    "mfa": ("Montreal Forced Aligner", 12.47),
}
"""Table 5: how durations were found -> its name, mean absolute boundary error in milliseconds."""
DURATION_CMOS = 0.195
"""Table 5: CMOS of FastSpeech with the aligner's durations against those of the teacher."""


def title(system: str) -> str:
    """The paper's name of a system; its own name if the paper has no such system."""
    return SYSTEMS[system][0] if system in SYSTEMS else system


def value(system: str, name: str) -> float | None:
    """A number of the paper; None where it reports none."""
    return SYSTEMS[system][1].get(name) if system in SYSTEMS else None
