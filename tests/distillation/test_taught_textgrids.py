"""A teacher's durations as TextGrids, at whatever durations."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fs2.alignment.durations import ClipDurations
from fs2.alignment.praat import TIME_STEP, Interval
from fs2.alignment.textgrid import TextGrid, complete, read_textgrid, write_textgrid
from fs2.audio import AudioSettings
from fs2.distillation.textgrids import SHORTEST, taught_textgrid

AUDIO = AudioSettings()
PHONEMES = ["sil", "HH", "AY1", ",", "DH", "EH1", "R", "sil"]
IS_PHONE = [symbol not in ("sil", ",") for symbol in PHONEMES]


def aligned() -> TextGrid:
    """What an aligner says of "Hi, there": each phone 0.1 s, the pause 0.2 s."""
    starts = {"HH": 0.1, "AY1": 0.2, "DH": 0.5, "EH1": 0.6, "R": 0.7}
    phones = [Interval(start, start + 0.1, label) for label, start in starts.items()]
    words = [Interval(0.1, 0.3, "hi"), Interval(0.5, 0.8, "there")]
    return TextGrid(complete(words, 1.0), complete(phones, 1.0), 1.0)


@example(durations=[0] * 8, start=1)
@given(st.lists(st.integers(0, 12), min_size=8, max_size=8), st.integers(0, 3000))
def test_it_has_the_same_labels_at_the_times_of_the_durations(tmp_path_factory, durations, start):
    usable = ClipDurations(start, tuple(PHONEMES), tuple(durations))
    grid = taught_textgrid(aligned(), "clip", usable, AUDIO)
    path = tmp_path_factory.mktemp("grid") / "clip.TextGrid"
    write_textgrid(path, grid)
    read = read_textgrid(path)
    phones = [phone for phone in read.phones if phone.label]
    words = [word for word in read.words if word.label]
    assert [phone.label for phone in phones] == ["HH", "AY1", "DH", "EH1", "R"]
    assert [word.label for word in words] == ["hi", "there"]
    assert words[0].start == phones[0].start
    assert words[1].end == phones[-1].end
    edges = (start + 256 * np.cumsum([0, *durations])) / 22050
    expected = [edge for edge, phone in zip(pairwise(edges), IS_PHONE, strict=True) if phone]
    late = [phones[place].start - first for place, (first, _) in enumerate(expected)]
    assert min(late) >= -TIME_STEP  # a silence that is shorter is not written
    assert max(late) <= 5 * SHORTEST
    if min(durations) > 0:
        ends = [phones[place].end - last for place, (_, last) in enumerate(expected)]
        assert max(map(abs, late + ends)) == pytest.approx(0, abs=1e-5)
