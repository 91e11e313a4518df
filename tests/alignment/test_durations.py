import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fs2.alignment.durations import frame_durations
from fs2.alignment.praat import ClipError, Interval
from fs2.audio import AudioSettings

AUDIO = AudioSettings()
FRAME = AUDIO.frame_seconds
HOP = AUDIO.hop_length


def test_boundaries_on_the_frame_grid_are_kept():
    phonemes = [
        Interval(20 * FRAME, 25 * FRAME, "HH"),
        Interval(25 * FRAME, 35 * FRAME, "IY1"),
        Interval(35 * FRAME, 35 * FRAME, ","),
        Interval(35 * FRAME, 50 * FRAME, "F"),
    ]
    clip = frame_durations(phonemes, 100 * HOP, AUDIO, edge_silence=9 * FRAME)
    assert clip.start_sample == 11 * HOP
    assert clip.phonemes == ("sil", "HH", "IY1", ",", "F", "sil")
    assert clip.durations == (9, 5, 10, 0, 15, 9)
    assert clip.frames == 48
    assert clip.silence_share == 18 / 48


def test_no_edge_to_keep():
    phonemes = [Interval(0.0, 10 * FRAME, "AH0")]
    clip = frame_durations(phonemes, 10 * HOP + 7, AUDIO)
    assert (clip.start_sample, clip.durations) == (0, (0, 10, 0))


def test_edge_shorter_than_wanted_keeps_whole_hops():
    phonemes = [Interval((3 * HOP + 100) / AUDIO.sample_rate, 20 * FRAME, "AH0")]
    clip = frame_durations(phonemes, 30 * HOP, AUDIO, edge_silence=9 * FRAME)
    assert clip.start_sample == 100
    assert clip.durations == (3, 17, 9)


def test_short_phones_take_frames_from_their_neighbours():
    edges = [0.0, 10.0, 10.2, 10.4, 10.4, 20.0]
    labels = ["S", "T", "R", ",", "AY1"]
    phonemes = [
        Interval(a * FRAME, b * FRAME, label)
        for a, b, label in zip(edges, edges[1:], labels, strict=False)
    ]
    clip = frame_durations(phonemes, 20 * HOP, AUDIO)
    assert clip.durations == (0, 10, 1, 1, 0, 8, 0)


def test_short_phones_at_the_end_push_back():
    edges = [0.0, 19.8, 19.9, 20.0]
    phonemes = [
        Interval(a * FRAME, b * FRAME, label)
        for a, b, label in zip(edges, edges[1:], "NTS", strict=False)
    ]
    clip = frame_durations(phonemes, 20 * HOP, AUDIO)
    assert clip.durations == (0, 18, 1, 1, 0)


def test_impossible_clips():
    with pytest.raises(ClipError, match="3 phones in 2 frames"):
        frame_durations(
            [Interval(i * FRAME * 0.7, (i + 1) * FRAME * 0.7, "T") for i in range(3)],
            2 * HOP,
            AUDIO,
        )
    with pytest.raises(ClipError, match=r"ends at 2.00 s, but the clip is 1.00 s long"):
        frame_durations([Interval(0.5, 2.0, "T")], AUDIO.sample_rate, AUDIO)


@given(
    lead=st.floats(0, 2),
    parts=st.lists(
        st.tuples(st.sampled_from(["AH0", "T", "sil", ",", "."]), st.floats(0, 0.4)),
        min_size=1,
        max_size=40,
    ),
    tail=st.integers(0, 40_000),
    edge=st.floats(0, 0.5),
)
def test_durations_always_sum_to_the_frames(lead, parts, tail, edge):
    phonemes, now = [], lead
    for label, seconds in [("S", 0.05), *parts, ("Z", 0.05)]:
        phonemes.append(Interval(now, now + seconds, label))
        now += seconds
    samples = round(now * AUDIO.sample_rate) + tail
    try:
        clip = frame_durations(phonemes, samples, AUDIO, edge)
    except ClipError:
        phones = sum(p.label in ("S", "Z", "AH0", "T") for p in phonemes)
        assert phones > (samples - lead * AUDIO.sample_rate) / HOP - 1
        return
    durations = np.array(clip.durations)
    assert clip.phonemes == ("sil", *(p.label for p in phonemes), "sil")
    assert durations.sum() == clip.frames
    assert (durations >= 0).all()
    assert all(d >= 1 for s, d in zip(clip.phonemes, durations, strict=True) if s[0] in "SZAT")
    assert clip.start_sample >= 0
    assert clip.start_sample + clip.frames * HOP <= samples
    assert durations[0] <= round(edge / FRAME)
    # Nothing moves farther than half a frame where all phones are long enough anyway.
    if all(p.end - p.start > 1.5 * FRAME for p in phonemes):
        boundaries = clip.start_sample + np.cumsum(durations)[:-2] * HOP
        ends = np.array([p.start for p in phonemes]) * AUDIO.sample_rate
        assert np.abs(boundaries - ends).max() <= HOP / 2 + 1
