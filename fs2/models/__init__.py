"""The networks."""

from fs2.models.fastspeech2 import FastSpeech2, Prediction, parameter_count
from fs2.models.fastspeech2s import FastSpeech2s
from fs2.models.saving import ModelDescription, build_model, load_model, save_model

__all__ = [
    "FastSpeech2",
    "FastSpeech2s",
    "ModelDescription",
    "Prediction",
    "build_model",
    "load_model",
    "parameter_count",
    "save_model",
]
