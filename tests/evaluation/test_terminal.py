import pytest

from fs2.errors import FS2Error
from fs2.evaluation.terminal import format_evaluations
from fs2.tracking import EvaluationRecord


def record(system, corpus="toy", **metrics):
    return EvaluationRecord(corpus, "abc", system, metrics)


RECORDS = [
    record("own", pitch_sigma=40.0),
    record("fastspeech2", pitch_sigma=52.04, pitch_sigma_low=49.0, pitch_sigma_high=56.0),
    record("recordings", pitch_sigma=50.0, pitch_dtw=0.0),
    record("recordings", corpus="other", pitch_sigma=61.0),
]


def test_systems_stand_side_by_side_with_the_papers_numbers():
    assert format_evaluations(RECORDS, ["toy"]) == (
        "toy, configuration abc\n\n"
        "F0 standard deviation, Hz (near the recordings is better)\n"
        "  recordings   50.0                 paper 54.4\n"
        "  fastspeech2  52.0 (49.0 to 56.0)  paper 54.1\n"
        "  own          40.0\n\n"
        "F0 DTW, Hz (lower is better)\n"
        "  recordings  0.00"
    )


def test_filters():
    text = format_evaluations(RECORDS, systems=["recordings"], metrics=["pitch_sigma"])
    assert "61.0" in text
    assert "50.0" in text
    assert "fastspeech2" not in text
    assert "DTW" not in text


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"corpora": ["none"]}, "--corpus none: there is no such corpus; there are: toy, other"),
        ({"systems": ["x"]}, "there are: own, fastspeech2, recordings"),
        ({"metrics": ["x"]}, "pitch_dtw"),
        ({"corpora": ["other"], "systems": ["own"]}, "fits all"),
    ],
)
def test_a_filter_that_nothing_passes_says_what_there_is(filters, words):
    with pytest.raises(FS2Error, match=words):
        format_evaluations(RECORDS, **filters)
