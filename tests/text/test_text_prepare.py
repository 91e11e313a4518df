import csv
from pathlib import Path

import pytest

from fs2.config.text import Text
from fs2.errors import FS2Error
from fs2.files import read_json, read_table, write_json, write_table
from fs2.text.prepare import prepare_text
from fs2.text.symbols import PUNCTUATION, SYMBOLS, encode

TEXTS = {
    "a": "The zorkmid's price, $5; was it read aloud?",
    "b": "?!",
    "c": "Zorkmid",
    "d": "日本",
    "e": "Don't go (please), re-enter.",
}
EARLIER = {"id": "z", "stage": "corpus", "reason": "silent"}


def metadata(folder: Path, texts: dict[str, str]) -> Path:
    rows = [{"id": clip, "raw": text, "text": text, "seconds": 1} for clip, text in texts.items()]
    write_table(folder / "metadata.csv", ("id", "raw", "text", "seconds"), rows)
    splits = ["train", "validation", "test"]
    write_table(
        folder / "splits.csv",
        ("id", "split"),
        [{"id": clip, "split": splits[i // 2 % 3]} for i, clip in enumerate(texts)],
    )
    write_json(folder / "report.json", {"excluded": [EARLIER]})
    return folder / "metadata.csv"


def lexicon_of(folder: Path) -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for line in (folder / "lexicon.dict").read_text().splitlines():
        word, phones = line.split("\t")
        words.setdefault(word, []).append(phones)
    return words


def check_agreement(folder: Path) -> None:
    """Every word is in the lexicon with the pronunciation that it got, and nothing else is."""
    lexicon = lexicon_of(folder)
    used = set()
    for row in read_table(folder / "phonemes.csv", ("id", "text", "words", "phonemes")):
        words, groups = row["words"].split(" "), row["phonemes"].split(" | ")
        assert len(words) == len(groups)
        for word, phones in zip(words, groups, strict=True):
            encode(phones.split(" "))
            if word in PUNCTUATION:
                assert phones == word
            else:
                used.add(word)
                assert phones in lexicon[word]
    assert used == set(lexicon)


def test_the_files_of_the_stage(tmp_path):
    settings = Text(maximum_bad_share=0.5)
    report = prepare_text(settings, metadata(tmp_path, TEXTS), tmp_path / "text")
    rows = {row["id"]: row for row in read_table(tmp_path / "text" / "phonemes.csv")}
    assert list(rows) == ["a", "c", "e"]
    assert rows["e"]["text"] == "Don't go, please, re enter."
    assert rows["e"]["words"] == "don't go , please , re enter ."
    assert rows["e"]["phonemes"].startswith("D OW1 N T | G OW1 | , | ")
    check_agreement(tmp_path / "text")
    assert (tmp_path / "text" / "symbols.txt").read_text().splitlines() == list(SYMBOLS)
    assert len(lexicon_of(tmp_path / "text")["read"]) == 2

    unknown = read_table(tmp_path / "text" / "unknown_words.csv", ("word", "phonemes", "clips"))
    assert [(row["word"], row["clips"]) for row in unknown] == [
        ("zorkmid", "1"),
        ("zorkmid's", "1"),
    ]
    assert report == read_json(tmp_path / "text" / "report.json")
    assert (report["clips"], report["unknown_words"], report["clips_with_unknown_words"]) == (
        3,
        2,
        2,
    )
    assert [item["id"] for item in report["excluded"]] == ["z", "b", "d"]
    assert [item["stage"] for item in report["excluded"]] == ["corpus", "text", "text"]
    assert "no words" in report["excluded"][1]["reason"]
    assert "日" in report["excluded"][2]["reason"]


def test_phones_in_a_text_are_a_word_of_the_lexicon(tmp_path):
    texts = {"a": "The {P L EY1 S}.", "b": "Yes.", "c": "No.", "d": "No.", "e": "Yes."}
    prepare_text(Text(), metadata(tmp_path, texts), tmp_path / "text")
    row = read_table(tmp_path / "text" / "phonemes.csv")[0]
    assert row["text"] == "The {P L EY1 S}."
    assert row["words"] == "the phones_p_l_ey1_s ."
    assert row["phonemes"] == "DH AH0 | P L EY1 S | ."
    assert lexicon_of(tmp_path / "text")["phones_p_l_ey1_s"] == ["P L EY1 S"]
    check_agreement(tmp_path / "text")


def test_too_many_unreadable_texts_stop_and_name_the_character(tmp_path):
    texts = {f"c{i:02}": f"It was edged with ice{' 😀' if i < 17 else '.'}" for i in range(24)}
    with pytest.raises(FS2Error, match=r"text: 17 of 24 clips(.|\n)*c00: .*😀"):
        prepare_text(Text(), metadata(tmp_path, texts), tmp_path / "text")
    assert not (tmp_path / "text").exists()


def test_a_split_without_a_readable_text_is_named(tmp_path):
    texts = {f"c{i}": f"It was edged with ice{' 😀' if i in (4, 5) else '.'}" for i in range(6)}
    settings = Text(maximum_bad_share=0.5)
    with pytest.raises(FS2Error, match=r"split test is empty(.|\n)*c4: (.|\n)*c5: "):
        prepare_text(settings, metadata(tmp_path, texts), tmp_path / "text")


def test_metadata_without_anything_to_speak_is_refused(tmp_path):
    path = metadata(tmp_path, {"a": "..."})
    with pytest.raises(FS2Error, match=r"text: 1 of 1 clips"):
        prepare_text(Text(), path, tmp_path / "text")
    assert not (tmp_path / "text").exists()


def test_metadata_without_its_columns_is_refused(tmp_path):
    write_table(tmp_path / "metadata.csv", ("id",), [{"id": "a"}])
    with pytest.raises(FS2Error, match="text"):
        prepare_text(Text(), tmp_path / "metadata.csv", tmp_path / "text")


@pytest.mark.parametrize(("corpus", "step"), [("ljspeech", 20), ("kathleen", 5)])
def test_real_transcripts(tmp_path, shared_data, corpus, step):
    source = shared_data / corpus / "metadata.csv"
    with open(source, newline="", encoding="utf-8") as file:
        lines = list(csv.reader(file, delimiter="|", quoting=csv.QUOTE_NONE))[::step]
    path = metadata(tmp_path, {line[0]: line[2] for line in lines})
    report = prepare_text(Text(), path, tmp_path / "text")
    assert report["clips"] == len(lines)
    assert report["excluded"] == [EARLIER]
    assert report["sources"].get("network", 0) < 0.02 * report["tokens"]
    check_agreement(tmp_path / "text")
