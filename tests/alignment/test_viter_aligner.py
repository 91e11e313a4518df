import csv
import re

import numpy as np
import pytest
import tgt

from fs2.alignment.compare import compare_alignments, format_comparison
from fs2.alignment.prepare import prepare_alignment
from fs2.alignment.textgrid import collect_textgrids
from fs2.alignment.viter import model_fingerprint
from fs2.audio import AudioSettings, read_audio, write_audio
from fs2.config.alignment import Alignment
from fs2.errors import FS2Error
from fs2.files import write_json, write_table

CLIPS = 6


@pytest.fixture(scope="module")
def kathleen(shared_data, tmp_path_factory):
    """A corpus and text folder of a few real clips, with a dictionary from the real TextGrids."""
    folder = tmp_path_factory.mktemp("kathleen")
    archive = shared_data / "kathleen" / "TextGrid.tar.xz"
    grids = collect_textgrids(archive, tmp_path_factory.mktemp("grids"))
    rows, lines, lexicon = [], [], set()
    for clip in sorted(grids)[:CLIPS]:
        samples, rate = read_audio(shared_data / "kathleen" / "flac" / f"{clip}.flac")
        samples *= 0.5 / np.abs(samples).max()
        (folder / "corpus" / "clips").mkdir(parents=True, exist_ok=True)
        write_audio(folder / "corpus" / "clips" / f"{clip}.wav", samples, rate)
        grid = tgt.io.read_textgrid(grids[clip])
        phones = grid.get_tier_by_name("phones")
        words = grid.get_tier_by_name("words").intervals
        for word in words:
            inside = phones.get_annotations_between_timepoints(word.start_time, word.end_time)
            lexicon.add(f"{word.text}\t{' '.join(phone.text for phone in inside)}\n")
        tokens = " ".join(word.text for word in words)
        rows.append({"id": clip, "raw": tokens, "text": tokens, "seconds": len(samples) / rate})
        lines.append({"id": clip, "text": tokens, "words": f"{tokens} .", "phonemes": ""})
    write_table(folder / "corpus" / "metadata.csv", tuple(rows[0]), rows)
    names = ["test", "validation", *["train"] * len(rows)]
    splits = [{"id": row["id"], "split": name} for row, name in zip(rows, names, strict=False)]
    write_json(folder / "text" / "report.json", {"excluded": []})
    write_table(folder / "corpus" / "splits.csv", ("id", "split"), splits)
    write_table(folder / "text" / "phonemes.csv", tuple(lines[0]), lines)
    (folder / "text" / "lexicon.dict").write_text("".join(sorted(lexicon)), encoding="utf-8")
    return folder, archive


def test_fingerprint_of_a_model_is_that_of_its_contents(tmp_path):
    """viter writes its tables in another order each time."""
    paths = [tmp_path / name for name in ("one", "two", "other")]
    for path, content in zip(paths, (b"ab12cd34", b"cd34ab12", b"ab12cd35"), strict=True):
        path.write_bytes(content)
    one, two, other = map(model_fingerprint, paths)
    assert one == two != other


def test_viter_trains_and_aligns_reproducibly(kathleen):
    folder, archive = kathleen
    lenient = {"maximum_silence_share": 1.0, "maximum_outliers": 99}
    settings = Alignment(aligner="viter", viter={"model": "monophone"}, **lenient)
    inputs = (settings, AudioSettings(), folder / "corpus", folder / "text")
    report = prepare_alignment(*inputs, folder / "first", workers=2)
    again = prepare_alignment(*inputs, folder / "second")
    assert report["clips"] == CLIPS
    assert report["details"] == again["details"]
    assert report["details"]["training_clips"] == CLIPS - 2
    first, second = ((folder / name / "durations.csv").read_bytes() for name in ("first", "second"))
    assert first == second
    with open(folder / "first" / "durations.csv", newline="") as file:
        for row in csv.DictReader(file):
            assert sum(map(int, row["durations"].split())) == int(row["frames"])
    # Half a minute of speech trains a poor model, but the phones are those of the dictionary.
    assert compare_alignments(archive, folder / "first" / "textgrids")["clips"] >= CLIPS - 2


def test_comparison_counts_and_measures(make_corpus):
    folder = make_corpus({"a": "he ran off", "b": "he read", "c": "off"})
    given, moved = folder / "given", folder / "moved"
    moved.mkdir()
    for clip in "ab":
        text = (given / f"{clip}.TextGrid").read_text()
        later = re.sub(r"(xm\w+ = )(0\.[2-9]\d*)", lambda m: f"{m[1]}{float(m[2]) + 0.03}", text)
        (moved / f"{clip}.TextGrid").write_text(later)
    same = compare_alignments(given, given)
    assert (same["clips"], same["mean_ms"], same["share_within"]["10 ms"]) == (3, 0, 1)
    both = compare_alignments(given, moved)
    assert (both["clips"], both["clips_only_in_first"], both["clips_only_in_second"]) == (2, 1, 0)
    # starts of 7 + 5 phones and the two ends before silence
    assert both["boundaries"] == 14
    assert both["bias_ms"] == pytest.approx(30, abs=0.1)
    assert both["share_within"] == {"10 ms": 0, "20 ms": 0, "50 ms": 1}
    table = format_comparison(both)
    assert "mean difference       30.0 ms" in table
    assert "within 50 ms          100.0 %" in table


def test_comparison_of_different_things(make_corpus, tmp_path):
    folder = make_corpus({"a": "he ran off"})
    other = tmp_path / "other"
    other.mkdir()
    text = (folder / "given" / "a.TextGrid").read_text()
    (other / "a.TextGrid").write_text(text.replace('"AE1"', '"AE0"'))
    assert compare_alignments(folder / "given", other)["mean_ms"] == 0
    (other / "a.TextGrid").write_text(text.replace('"AE1"', '"IY1"'))
    with pytest.raises(FS2Error, match=r"no clip has the same phones.*1 and 1 TextGrids, 1 names"):
        compare_alignments(folder / "given", other)
    (other / "a.TextGrid").write_text("damaged")
    (other / "b.TextGrid").write_text(text)
    (folder / "given" / "b.TextGrid").write_text(text)
    assert compare_alignments(folder / "given", other)["clips_unreadable"] == 1
