"""Proxies of the mean opinion score (paper table 1): distillmos and DNSMOS P.808, 1 to 5."""

import contextlib
import importlib.util
import io
import math
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import scipy.signal

from fs2.errors import FS2Error

SAMPLE_RATE = 16000
"""Hz; both networks were trained at this rate."""
P808_SAMPLES = 144_160
"""DNSMOS P.808 hears 9.01 s at a time; a shorter clip is repeated until it is as long."""

Scorer = Callable[[np.ndarray], float]
"""Maps samples at 16 kHz, float32 of shape (samples,), to a score between 1 and 5."""


def resample(samples: np.ndarray, sample_rate: int, target: int = SAMPLE_RATE) -> np.ndarray:
    """Bring float samples, shape (samples,), from `sample_rate` to `target` Hz (polyphase)."""
    shared = math.gcd(sample_rate, target)
    resampled = scipy.signal.resample_poly(samples, target // shared, sample_rate // shared)
    return resampled.astype(np.float32)


def load_distillmos() -> Scorer:
    """Load distillmos. Raises FS2Error if the package is not there."""
    package_folder("distillmos", "evaluation.mos")
    with _without_torchaudio(), contextlib.redirect_stdout(io.StringIO()):
        import torch
        from distillmos import ConvTransformerSQAModel

        model = ConvTransformerSQAModel().eval()

    def score(samples: np.ndarray) -> float:
        with torch.inference_mode():
            return float(model(torch.from_numpy(samples)[None]))

    return score


def load_dnsmos() -> Scorer:
    """Load the P.808 network of DNSMOS alone. Raises FS2Error if the package is not there.

    The score is the mean over windows of 9.01 s that begin 1 s apart.
    """
    weights = package_folder("speechmos", "evaluation.mos") / "dnsmos_models" / "model_v8.onnx"
    import librosa
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])

    def score(samples: np.ndarray) -> float:
        while len(samples) < P808_SAMPLES:
            samples = np.concatenate([samples, samples])
        scores = []
        for second in range(int(len(samples) // SAMPLE_RATE - 9.01) + 1):
            window = samples[second * SAMPLE_RATE :][: P808_SAMPLES - 160]
            power = librosa.feature.melspectrogram(
                y=window, sr=SAMPLE_RATE, n_fft=321, hop_length=160, n_mels=120
            )
            spectrogram = (librosa.power_to_db(power, ref=np.max) + 40) / 40
            batch = spectrogram.T[None].astype(np.float32)
            scores.append(float(session.run(None, {"input_1": batch})[0][0, 0]))
        return float(np.mean(scores))

    return score


def package_folder(name: str, key: str) -> Path:
    """Folder of an installed package, without importing it.

    Raises FS2Error that names `key`, the configuration key that turns its metric off.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise FS2Error(f"{key} needs the package {name}: install it, or set {key}: false")
    return Path(spec.submodule_search_locations[0])


@contextlib.contextmanager
def _without_torchaudio() -> Iterator[None]:
    """Hide torchaudio: distillmos imports it for its command line, and it often does not load."""
    present = sys.modules.get("torchaudio")
    sys.modules["torchaudio"] = types.ModuleType("torchaudio")
    try:
        yield
    finally:
        if present is None:
            del sys.modules["torchaudio"]
        else:
            sys.modules["torchaudio"] = present
