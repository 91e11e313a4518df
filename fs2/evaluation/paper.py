"""The paper's own numbers (Ren et al., ICLR 2021, tables 1, 3 and 4), to stand beside ours."""

TITLE = "FastSpeech 2: Fast and High-Quality End-to-End Text to Speech"
REFERENCE = "Ren et al., ICLR 2021, arXiv 2006.04558"
CORPUS = "LJSpeech"

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
            "pitch_sigma": 54.1,
            "pitch_gamma": 0.881,
            "pitch_kurtosis": 0.996,
            "pitch_dtw": 24.39,
            "energy_mae_mel": 0.131,
        },
    ),
    "fastspeech2-no-cwt": (
        "FastSpeech 2 - CWT",
        {
            "pitch_sigma": 42.3,
            "pitch_gamma": 0.771,
            "pitch_kurtosis": 1.115,
            "pitch_dtw": 25.13,
        },
    ),
    "fastspeech2s": (
        "FastSpeech 2s",
        {
            "mos": 3.71,
            "pitch_sigma": 53.9,
            "pitch_gamma": 0.872,
            "pitch_kurtosis": 0.998,
            "pitch_dtw": 24.37,
            "energy_mae_mel": 0.133,
        },
    ),
}
"""System -> the paper's name for it, and its values by the names of our metrics."""
