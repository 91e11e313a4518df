"""Proxies of the mean opinion score (paper table 1): distillmos and DNSMOS P.808, 1 to 5."""

import contextlib
import io
import math
import sys
import types
from collections.abc import Callable, Iterator

import numpy as np
import scipy.signal

from fs2.packages import package_weights

SAMPLE_RATE = 16000
"""Hz; both networks were trained at this rate."""
P808_SAMPLES = 144_160
"""DNSMOS P.808 hears 9.01 s at a time; a shorter clip is repeated until it is as long."""
P808_FILE = "dnsmos_models/model_v8.onnx"
P808_WEIGHTS = {P808_FILE: "9246480c58567bc6affd4200938e77eef49468c8bc7ed3776d109c07456f6e91"}
DISTILLMOS_WEIGHTS = {
    "weights/distill_mos_v7.pt": "b18b3ac60227267cfb91e5d00ce22cc7b73716fd92f269484da1446e27031a40"
}
"""Scores of other weights could not be compared with those that were measured."""

Scorer = Callable[[np.ndarray], float]
"""Maps samples at 16 kHz, float32 of shape (samples,), to a score between 1 and 5."""


def resample(samples: np.ndarray, sample_rate: int, target: int = SAMPLE_RATE) -> np.ndarray:
    """Bring float samples, shape (samples,), from `sample_rate` to `target` Hz (polyphase)."""
    shared = math.gcd(sample_rate, target)
    resampled = scipy.signal.resample_poly(samples, target // shared, sample_rate // shared)
    return resampled.astype(np.float32)


def load_distillmos() -> Scorer:
    """Load distillmos. Raises FS2Error if the package or its weights are not there."""
    package_weights("distillmos", DISTILLMOS_WEIGHTS, "evaluation.mos")
    with _without_torchaudio(), contextlib.redirect_stdout(io.StringIO()):
        import torch
        from distillmos import ConvTransformerSQAModel

        model = ConvTransformerSQAModel().eval()

    def score(samples: np.ndarray) -> float:
        with torch.inference_mode():
            return float(model(torch.from_numpy(samples)[None]))

    return score


def load_dnsmos() -> Scorer:
    """Load the P.808 network of DNSMOS alone. Raises FS2Error if it is not there.

    The score is the mean over windows of 9.01 s that begin 1 s apart.
    """
    weights = package_weights("speechmos", P808_WEIGHTS, "evaluation.mos") / P808_FILE
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
