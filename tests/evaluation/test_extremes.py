from hypothesis import given
from hypothesis import strategies as st

from fs2.evaluation.extremes import extreme_clips, extremes
from fs2.evaluation.players import choose

CLIPS = {"a": "1", "b": "4.5", "c": "3", "d": "", "e": "2"}


def rows(**metrics):
    """Clip -> row, of metric -> clip -> cell."""
    clips = next(iter(metrics.values()))
    return {clip: {name: cells[clip] for name, cells in metrics.items()} for clip in clips}


def test_the_best_is_the_highest_or_the_lowest_as_the_metric_wishes():
    high, low = extremes(rows(distillmos=CLIPS, pitch_dtw=CLIPS, pitch_sigma=CLIPS), 3)
    assert (high.metric.name, low.metric.name) == ("distillmos", "pitch_dtw")
    assert high.best == low.worst == [("b", 4.5), ("c", 3.0)]
    assert high.worst == low.best == [("a", 1.0), ("e", 2.0)]
    assert extreme_clips([high, low]) == ["a", "b"]


def test_a_metric_by_which_no_clip_differs_has_no_ends():
    assert extremes(rows(distillmos={"a": "2", "b": "2"}), 3) == []
    assert extremes(rows(distillmos={"a": "2", "b": ""}), 3) == []
    assert extremes({}, 3) == []


@given(
    st.dictionaries(st.text(min_size=1), st.floats(0, 1e6), min_size=2, max_size=30),
    st.integers(1, 9),
)
def test_no_clip_is_at_both_ends_and_the_ends_enclose_the_rest(values, count):
    for found in extremes(rows(pitch_dtw={clip: repr(v) for clip, v in values.items()}), count):
        best, worst = dict(found.best), dict(found.worst)
        assert not best.keys() & worst.keys()
        assert len(best) == len(worst) <= count
        rest = [v for clip, v in values.items() if clip not in best | worst]
        assert all(max(best.values()) <= v <= min(worst.values()) for v in rest)


@given(st.integers(0, 30), st.integers(0, 12), st.lists(st.integers(0, 40), max_size=6))
def test_clips_are_chosen_once_the_wanted_ones_first(clips, count, wanted):
    names = {f"clip{number:02}": {} for number in range(clips)}
    first = [f"clip{number:02}" for number in dict.fromkeys(wanted)]
    chosen = choose({"one": names, "two": names}, count, first=first)
    assert chosen == sorted(set(chosen))
    assert len(chosen) == min(count, clips)
    assert set([clip for clip in first if clip in names][:count]) <= set(chosen)
