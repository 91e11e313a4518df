"""Names that are made safe: MLflow's own check takes each, and no two become one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mlflow.utils.validation import _validate_metric, _validate_param

from fs2.tracking.names import NAME_LENGTH, VALUE_LENGTH, Names, safe_value


@given(st.text(st.characters(exclude_categories=()), max_size=400))
def test_mlflow_takes_every_name(name):
    safe = Names().safe(name)
    assert 0 < len(safe) <= NAME_LENGTH
    _validate_metric(safe, 1.0, 0, 0)
    _validate_param(safe, "1")


@given(st.sets(st.text("a,;/.<>", max_size=6), max_size=40))
def test_different_names_stay_different(originals):
    names = Names()
    safe = {original: names.safe(original) for original in sorted(originals)}
    assert len(set(safe.values())) == len(originals)
    assert {original: names.safe(original) for original in safe} == safe


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("evaluation/pitch_dtw", "evaluation/pitch_dtw"),
        ("excluded/too noisy, or silent", "excluded/too noisy_ or silent"),
        ("words/<unk>", "words/_unk_"),
        ("a//b", "a/_/b"),
        ("/a", "_/a"),
        ("../a", "__/a"),
        ("", "_"),
        ("größe", "größe"),
        ("a:b", "a_b"),
    ],
)
def test_what_a_name_becomes(name, safe):
    assert Names().safe(name) == safe


def test_long_names_are_cut_and_told_apart():
    names = Names()
    first, second = names.safe("x" * 400), names.safe("x" * 401)
    assert first != second
    assert len(first) == len(second) == NAME_LENGTH


@given(st.text(st.characters(exclude_categories=()), max_size=700))
def test_every_value_can_be_written(text):
    value = safe_value(text)
    assert "\0" not in value.encode("utf-8").decode()
    assert len(value) <= VALUE_LENGTH
