import numpy as np
import pytest

from fs2.alignment.acoustics import Gaussians
from fs2.alignment.likelihood import frame_likelihoods
from fs2.alignment.praat import Interval
from fs2.alignment.textgrid import TextGrid
from fs2.audio import write_audio

RATE = 22050
TONES = {"AH0": 300.0, "IY1": 1200.0, "S": 5000.0}


@pytest.fixture
def tones(tmp_path):
    """Clips whose phones are tones of 0.2 s, and TextGrids that say which; `wrong` says others."""
    generator = np.random.default_rng(0)
    sounds, grids = {}, {}
    time = np.arange(int(0.2 * RATE)) / RATE
    for name in ("a", "b", "c", "d", "wrong"):
        said = generator.permutation([*TONES] * 3)
        parts = [np.sin(2 * np.pi * TONES[phone] * time) for phone in said]
        samples = np.concatenate([np.zeros(len(time)), *parts])
        sounds[name] = tmp_path / f"{name}.wav"
        write_audio(sounds[name], 0.3 * samples + generator.normal(0, 0.01, len(samples)), RATE)
        if name == "wrong":
            said = [{"AH0": "S", "S": "IY1", "IY1": "AH0"}[phone] for phone in said]
        spans = [(0.2 * place, 0.2 * (place + 1)) for place in range(1, len(said) + 1)]
        phones = [Interval(*span, str(p)) for span, p in zip(spans, said, strict=True)]
        end = spans[-1][1]
        grids[name] = TextGrid((), (Interval(0, 0.2, ""), *phones), end)
    return sounds, grids


def test_wrong_phones_are_far_less_likely(tones):
    sounds, grids = tones
    values = frame_likelihoods(sounds, grids, frozenset("abc"))
    assert set(values) == set(grids)
    assert all(value <= 0 for value in values.values())
    right = [values[name] for name in "abcd"]
    assert values["wrong"] < 10 * min(right)


def test_clip_without_speech_has_no_likelihood(tones):
    sounds, grids = tones
    grids["d"] = TextGrid((), (Interval(0, 2.0, ""),), 2.0)
    assert "d" not in frame_likelihoods(sounds, grids, frozenset("abc"))


def test_posteriors_of_all_kinds_add_up_to_one():
    generator = np.random.default_rng(0)
    frames, kind = generator.normal(size=(300, 26)), np.repeat(np.arange(3), 100)
    gaussians = Gaussians.fit(frames + kind[:, None], kind, 3)
    posteriors = [gaussians.log_posteriors(frames, np.full(300, index)) for index in range(3)]
    np.testing.assert_allclose(np.exp(posteriors).sum(axis=0), 1)
    assert gaussians.log_posteriors(frames[:0], kind[:0]).shape == (0,)
