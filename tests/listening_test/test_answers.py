"""Which files of answers count, and which are refused with a reason."""

import re

import pytest
from listening import QUALITY, answer_rows, true_to, write_answers

from fs2.errors import FS2Error
from fs2.listening_test.answers import read_answers
from fs2.listening_test.folder import answer_files

LOW = QUALITY | {"recordings": 2}
MINIMUM = 3.0


@pytest.fixture
def folder(tmp_path, design):
    """Three listeners' files, and the key."""
    for listener in range(3):
        rows = answer_rows(design, listener, **true_to(QUALITY))
        write_answers(tmp_path / "answers" / f"{listener}.csv", rows)
    design.write(tmp_path / "answers" / "key.json")
    return tmp_path / "answers"


def test_answers_are_of_systems_and_sentences(folder, design):
    answers = read_answers(folder, design, MINIMUM)
    assert answers.listeners == 3 and not answers.excluded
    assert len(answers.ratings) == 3 * 6 and len(answers.comparisons) == 3 * 4
    means = answers.ratings.groupby("system")["value"].agg(["min", "max"])
    assert {name: tuple(row) for name, row in means.iterrows()} == {
        name: (QUALITY[name],) * 2 for name in ("recordings", "vocoded", "fastspeech2")
    }
    for row in answers.comparisons.itertuples():
        assert row.value == QUALITY[row.second] - QUALITY[row.first]


def test_who_rates_the_hidden_recordings_low_is_left_out_of_both_parts(folder, design):
    write_answers(folder / "low.csv", answer_rows(design, 7, **true_to(LOW)))
    answers = read_answers(folder, design, MINIMUM)
    assert answers.listeners == 3
    assert answers.excluded == {"0000000007": 2.0}
    for part in (answers.ratings, answers.comparisons):
        assert "0000000007" not in set(part["listener"])
    assert read_answers(folder, design, 2.0).listeners == 4, "as low as the minimum is not below"
    assert read_answers(folder, design, 5.0).listeners == 3


def test_the_key_hidden_files_and_folders_below_are_no_answers(folder, design):
    (folder / ".DS_Store").write_text("")
    (folder / "left out").mkdir()
    (folder / "left out" / "x.csv").write_text("nothing")
    assert [path.name for path in answer_files(folder)] == ["0.csv", "1.csv", "2.csv"]
    assert answer_files(folder / "absent") == []
    with pytest.raises(FS2Error, match=r"listening_test\.answers: .*0\.csv is no folder"):
        answer_files(folder / "0.csv")
    assert read_answers(folder, design, MINIMUM).listeners == 3


def changed(column, value, line=0):
    def change(rows):
        rows[line] = rows[line] | {column: value}
        return rows

    return change


def everywhere(column, value):
    return lambda rows: [row | {column: value} for row in rows]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (everywhere("test", "0123456789ab"), "is of the test '0123456789ab', not of "),
        (changed("test", "x", 3), "column test is not the same in all lines"),
        (changed("listener", "x", 3), "column listener is not the same"),
        (everywhere("listener", "Jane Doe"), "'Jane Doe' is no name that the page gives"),
        (everywhere("session", "6"), "session '6' is none of 1 to 5"),
        (everywhere("session", "-1"), "session '-1' is none of"),
        (everywhere("session", "\u00b2"), "session '\u00b2' is none of"),
        (everywhere("session", "2"), "line 2 is not the question that the page asked there"),
        (changed("answer", "6"), "line 2: the answer '6' is none of 1 to 5"),
        (changed("answer", "4.0"), "line 2: the answer '4.0' is none of 1 to 5"),
        (changed("answer", "", 2), "line 4: the answer '' is none of 1 to 5"),
        (changed("answer", "-4", 6), "line 8: the answer '-4' is none of -3 to 3"),
        (changed("plays", "0", 1), "line 3: the clip was not heard"),
        (changed("plays", "many", 1), "line 3: the clip was not heard"),
        (changed("part", "cmos"), "line 2 is not the question"),
        (changed("position", "2"), "line 2 is not the question"),
        (changed("first", "0" * 16), "line 2 is not the question"),
        (lambda rows: rows[::-1], "is not the question"),
        (lambda rows: rows[:-1], "has 9 answers, the test 10"),
        (lambda rows: rows + rows[-1:], "has 11 answers, the test 10"),
        (lambda rows: [], "has no answer"),
    ],
)
def test_a_file_that_is_not_the_pages_is_refused(folder, design, change, words):
    rows = answer_rows(design, 3, **true_to(QUALITY))
    write_answers(folder / "bad.csv", change(rows))
    with pytest.raises(FS2Error, match=rf"1 of the listeners' .*bad\.csv: .*{re.escape(words)}"):
        read_answers(folder, design, MINIMUM)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", b"PK", "is no CSV file"),
        ("notes.txt", b"hello", "is no CSV file"),
        ("a.csv", b"", "its first line is not test,listener,"),
        ("a.csv", b"name,age\nx,3\n", "perhaps a spreadsheet program saved it"),
        ("a.csv", b"\xff\xfe\x00", "cannot be read as a table"),
    ],
)
def test_another_file_is_refused(folder, design, name, content, words):
    (folder / name).write_bytes(content)
    with pytest.raises(FS2Error, match=f"{re.escape(name)}: .*{words}"):
        read_answers(folder, design, MINIMUM)


def test_columns_that_a_spreadsheet_program_changed_are_refused(folder, design):
    text = (folder / "0.csv").read_text()
    for other, words in (
        (text.replace(",", ";"), "its first line"),
        ("\ufeff" + text, "its first line"),
        (text.replace("test,listener", "listener,test"), "its first line"),
        (text.replace("seconds\n", "seconds,remark\n", 1), "its first line"),
        (text.rstrip("\n") + ",fine\n", "line 11 has 11 values, not 10"),
    ):
        (folder / "0.csv").write_text(other)
        with pytest.raises(FS2Error, match=rf"0\.csv: .*{words}"):
            read_answers(folder, design, MINIMUM)
    (folder / "0.csv").write_bytes(text.replace("\n", "\r\n").encode())
    assert read_answers(folder, design, MINIMUM).listeners == 3


def test_a_listener_counts_once_and_all_faults_are_named_at_once(folder, design):
    (folder / "0 (1).csv").write_bytes((folder / "0.csv").read_bytes())
    (folder / "z.csv").write_text("")
    with pytest.raises(FS2Error) as error:
        read_answers(folder, design, MINIMUM)
    assert "2 of the listeners' files cannot be used" in str(error.value)
    assert "0.csv: is of the same listener as 0 (1).csv" in str(error.value)
    assert "z.csv: its first line" in str(error.value)
