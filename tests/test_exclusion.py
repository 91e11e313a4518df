from pathlib import Path

import pytest

from fs2.errors import FS2Error
from fs2.exclusion import (
    Exclusion,
    as_rows,
    check_share,
    check_splits,
    count_kinds,
    exclusions,
    read_exclusions,
)
from fs2.files import write_json


def some(count: int, stage: str = "text") -> list[Exclusion]:
    return exclusions(stage, {f"c{i}": f"'{i}': cannot be read" for i in range(count)})


def test_a_report_keeps_them(tmp_path: Path) -> None:
    excluded = [*some(2), Exclusion("d", "corpus", "silent")]
    write_json(tmp_path / "report.json", {"excluded": as_rows(excluded)})
    assert read_exclusions(tmp_path / "report.json") == excluded


@pytest.mark.parametrize("report", [{}, {"excluded": [{"id": "a"}]}, {"excluded": 3}, []])
def test_a_report_without_the_list_is_named(tmp_path: Path, report: object) -> None:
    write_json(tmp_path / "report.json", report)
    with pytest.raises(FS2Error, match=r"report\.json: .*excluded"):
        read_exclusions(tmp_path / "report.json")


@pytest.mark.parametrize(("count", "maximum"), [(0, 0.0), (1, 0.1), (9, 1.0)])
def test_what_the_limit_allows(count: int, maximum: float) -> None:
    check_share(some(count), 10, maximum)


@pytest.mark.parametrize(("count", "maximum"), [(1, 0.0), (2, 0.1), (10, 1.0)])
def test_what_the_limit_does_not_allow(count: int, maximum: float) -> None:
    with pytest.raises(FS2Error, match=rf"text: {count} of 10 .*text\.maximum_bad_share"):
        check_share(some(count), 10, maximum)


def test_the_error_counts_kinds_and_names_five() -> None:
    with pytest.raises(FS2Error) as error:
        check_share(some(7), 10, 0.5)
    lines = str(error.value).splitlines()
    assert "7 x cannot be read" in lines[0]
    assert lines[1] == "  c0: '0': cannot be read" and lines[6] == "  and 2 more"


def test_no_clip_at_all() -> None:
    with pytest.raises(FS2Error, match="no clip"):
        check_share([], 0, 0.5)


def test_an_empty_split_is_named_with_what_it_lost() -> None:
    splits = {"a": "train", "b": "validation", "c0": "test", "c1": "test"}
    check_splits(splits, {"a", "b", "c0"}, some(2))
    with pytest.raises(FS2Error, match=r"split test is empty, all 2(.|\n)*c1: '1': cannot"):
        check_splits(splits, {"a", "b"}, some(2))
    with pytest.raises(FS2Error, match="split validation is empty, it never had"):
        check_splits({"a": "train", "c": "test"}, {"a", "c"}, [])


def test_reasons_are_counted_by_kind() -> None:
    reasons = [
        "unknown word 'don't, and so on'",
        "unknown word '<unk>'",
        "/some/where/c.TextGrid: not a readable TextGrid (5 in place of a label)",
        "/some/where/d.TextGrid: not a readable TextGrid (it ends: early)",
        "too short: 0.31 s, less than 0.4 s",
        "too short: 0.2 s, less than 0.4 s",
        "unreadable: there is no file 'alice.wav'",
        "unreadable: there is no file 'bob's.wav'",
        "no line in text/phonemes.csv",
        "7",
    ]
    kinds = {"unknown word": 2, "not a readable TextGrid": 2, "too short": 2}
    kinds |= {"there is no file": 2}
    assert count_kinds(reasons) == {**kinds, "no line in": 1, "other": 1}
    many = [f"reason of the kind {chr(97 + n % 26)} {chr(97 + n // 26)}" for n in range(600)]
    counted = count_kinds(many)
    assert len(counted) == 21
    assert sum(counted.values()) == 600
