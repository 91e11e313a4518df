import logging
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fs2.corpus.folder import plain_id, read_ljspeech_format
from fs2.corpus.metadata import read_metadata
from fs2.errors import FS2Error

TEXTS = [
    f"They {verb} out of {noun}."
    for verb in ("die", "went", "look")
    for noun in ("spite", "town", "it", "line", "sight", "reach", "step", "tune")
]
NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
SPEAKERS = ("anna_home", "anna_studio", "anna_phone")


def table(folder: Path, *lines: str) -> Path:
    path = folder / "metadata.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def with_third(folder: Path, third: list[str]) -> Path:
    return table(
        folder, *(f"u{i}|{text}|{t}" for i, (text, t) in enumerate(zip(TEXTS, third, strict=True)))
    )


@pytest.mark.parametrize(
    "third",
    [
        [SPEAKERS[i % 3] for i in range(24)],
        ["anna"] * 24,
        [f"{i / 7:.3f}" for i in range(24)],
        [f"wavs/u{i}.wav" for i in range(24)],
        ["DH EY1 D AY1"] * 24,
        ["en"] * 24,
    ],
)
def test_a_third_column_that_is_no_text_is_named(tmp_path: Path, third: list[str]) -> None:
    with pytest.raises(FS2Error, match=r"metadata\.csv: its third column .* line 1 has"):
        read_metadata(with_third(tmp_path, third))


def test_a_speaker_beside_texts_of_one_word(tmp_path: Path) -> None:
    lines = [f"c{i}|{word}|anna" for i, word in enumerate(NUMBERS[:6])]
    with pytest.raises(FS2Error, match="1 different entries in 6 lines, the second one 6"):
        read_metadata(table(tmp_path, *lines))


def test_what_is_no_false_alarm(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    table(tmp_path, *(f"c{i}|{i + 1}|{word}" for i, word in enumerate(NUMBERS)))
    assert [line.text for line in read_metadata(tmp_path / "metadata.csv")] == NUMBERS
    table(tmp_path, *(f"c{i}|{NUMBERS[i % 8]}" for i in range(24)))
    assert len(read_metadata(tmp_path / "metadata.csv")) == 24
    assert len(read_metadata(with_third(tmp_path, TEXTS))) == 24
    assert len(read_metadata(with_third(tmp_path, [""] * 24))) == 24
    assert caplog.messages == []


def test_published_tables(shared_data: Path, caplog: pytest.LogCaptureFixture) -> None:
    for corpus, clips in (("ljspeech", 13_100), ("kathleen", 1132)):
        assert len(read_metadata(shared_data / corpus / "metadata.csv")) == clips
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ([SPEAKERS[i % 3] for i in range(24)], "second column, .* 3 different texts in 24 lines"),
        ([f"{i}.{i}" for i in range(24)], "second column, .* no letter in 24 of 24"),
    ],
)
def test_a_doubtful_text_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, texts: list[str], told: str
) -> None:
    with caplog.at_level(logging.WARNING):
        read_metadata(table(tmp_path, *(f"c{i}|{text}" for i, text in enumerate(texts))))
    (message,) = caplog.messages
    assert told.split(", .*")[0] in message and told.split(".* ")[1] in message


@pytest.mark.parametrize(
    "header", ["id|text", "file_name|transcription", "ID|Text|Normalized Text", "wav|sentence"]
)
def test_a_header_is_skipped_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, header: str
) -> None:
    lines = read_metadata(table(tmp_path, header, "a|one|one", "b|two|two"))
    assert [line.id for line in lines] == ["a", "b"]
    assert "line 1: skipped, it is a header" in caplog.text


@pytest.mark.parametrize("header", ["id|speaker|text", "text|id", "id|text|speaker"])
def test_a_header_of_other_columns_is_refused(tmp_path: Path, header: str) -> None:
    with pytest.raises(FS2Error, match="line 1: its header is"):
        read_metadata(table(tmp_path, header, "a|one|one", "b|two|two"))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("c|he said | she said", "line 9: has 3 columns, most lines have 2"),
        ("c|a|b|c", "line 9: .*found 4 columns"),
        ("c", "line 9: .*found 1 columns"),
        ("c,one", "line 9: .*separated by"),
        ("|one", "line 9: has no id"),
        ("c|o\0ne", r"line 9: holds the control character"),
        ("c\x1b|one", r"line 9: holds the control character"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, told: str) -> None:
    good = [f"u{i}|{text}" for i, text in enumerate(TEXTS[:8])]
    with pytest.raises(FS2Error, match=rf"metadata\.csv, {told}"):
        read_metadata(table(tmp_path, *good, line))


@pytest.mark.parametrize(
    ("name", "clip"),
    [
        ("a", "a"),
        ("a.wav", "a"),
        ("wavs/a.WAV", "a"),
        ("a.b", "a.b"),
        ("x/a.wav", "x/a"),
        ("./a.wav", "a"),
        ("./wavs/a.wav", "a"),
        ("wavs//a.wav", "a"),
        ("../a", "../a"),
        ("..wav", "."),
        (".wav", ".wav"),
    ],
)
def test_an_id_may_be_a_sound_file(name: str, clip: str) -> None:
    assert plain_id(name) == clip


@pytest.mark.parametrize(
    "place", ["wavs/u0.WAV", "clips/u0.Flac", "u0.ogg", "wav/u0.mp3", "flac/u0.flac"]
)
def test_sound_files_of_usual_kinds_are_found(tmp_path: Path, place: str) -> None:
    table(tmp_path, "u0|one")
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).touch()
    (recording,) = read_ljspeech_format(tmp_path)
    assert recording.audio == tmp_path / place


PIECES = st.sampled_from(["|", "||", "\n", "\r\n", "\0", "id|text", "a", "7", "é", "/", "..", " "])


@given(st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=60).map("".join)))
@example("a" * 300 + "|one")
@example("\ufeffid|text\n")
def test_any_table_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes | str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    (folder / "metadata.csv").write_bytes(data)
    try:
        recordings = read_ljspeech_format(folder)
    except FS2Error as error:
        assert "metadata.csv" in str(error)
    else:
        assert all(recording.id for recording in recordings)
