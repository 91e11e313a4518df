"""Right texts are told from those of other clips."""

import re
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fs2.alignment import text_fit, text_shift
from fs2.alignment.inputs import read_sentences
from fs2.alignment.phone_model import (
    KINDS,
    make_phone_model,
    phone_fit,
    phone_model,
    sentence_scores,
)
from fs2.alignment.praat import Interval
from fs2.alignment.text_fit import mean_fit, misfits, text_fit_summary, text_fits
from fs2.alignment.text_shift import explain_other_texts
from fs2.audio import write_audio
from fs2.config.text import Text
from fs2.errors import FS2Error
from fs2.files import read_table, write_json, write_table
from fs2.text.prepare import prepare_text
from fs2.text.symbols import PHONES

WORDS = st.lists(st.sampled_from(PHONES), min_size=1, max_size=5).map(tuple)
SENTENCES = st.lists(WORDS, min_size=1, max_size=6).map(tuple)


def say(sentence, seed=0, frames_per_phone=6):
    """Frames as the model has them for a sentence, with a pause before and after it."""
    model, random = phone_model(), np.random.default_rng(seed)
    phones = ["sil", *(phone.rstrip("012") for word in sentence for phone in word), "sil"]
    kind = np.repeat([KINDS.index(phone) for phone in phones], frames_per_phone)
    noise = random.normal(size=(len(kind), model.means.shape[1]))
    return model.means[kind] + noise * np.sqrt(model.variances[kind])


def random_sentences(count, seed=0):
    random = np.random.default_rng(seed)
    return [
        tuple(tuple(random.choice(PHONES, size=random.integers(2, 5))) for _ in range(6))
        for _ in range(count)
    ]


@given(SENTENCES, SENTENCES)
def test_a_sentence_fits_its_own_frames_best(own, other):
    own_score, other_score = sentence_scores(say(own), [own, other])
    assert np.isfinite(own_score)
    plain = [[phone.rstrip("012") for word in text for phone in word] for text in (own, other)]
    assert plain[0] == plain[1] or own_score > other_score - 1e-6 * abs(own_score)


def test_score_of_one_phone_is_the_sum_of_its_densities():
    frames = say((("S",),))[6:12]
    expected = phone_model().log_densities(frames)[:, KINDS.index("S")].sum()
    assert sentence_scores(frames, [(("S",),)])[0] == pytest.approx(expected)
    assert sentence_scores(frames, [(("S",), ("AA1", "T"))])[0] == -np.inf


@pytest.fixture
def said(monkeypatch):
    """Sounds that hold what is said in them: the file's name is the sentence's number."""
    sentences = random_sentences(40)
    monkeypatch.setattr(text_fit, "sound_frames", lambda path: say(sentences[int(path.stem)]))
    return sentences


def test_right_next_and_swapped_texts(said, tmp_path):
    clips = [f"{n:02d}" for n in range(len(said))]
    sounds = {clip: tmp_path / f"{clip}.wav" for clip in clips}
    right = dict(zip(clips, said, strict=True))
    fits = text_fits(sounds, right)
    assert min(fits.values()) == 1.0
    assert misfits(fits, 0.9) == {}
    assert text_fit_summary(fits)["mean"] == 1.0

    moved = text_fits(sounds, dict(zip(clips, [*said[1:], said[0]], strict=True)))
    assert 0.3 < text_fit_summary(moved)["mean"] < 0.7

    swapped = text_fits(sounds, right | {"03": right["04"], "04": right["03"]})
    found = misfits(swapped, 0.99)
    assert sorted(found) == ["03", "04"]
    assert re.match(r"the text may be another clip's \(it fits better than \d+% of", found["03"])


def test_how_far_the_list_has_slipped(said, tmp_path, monkeypatch):
    monkeypatch.setattr(text_shift, "sound_frames", text_fit.sound_frames)
    clips = [f"{n:02d}" for n in range(len(said))]
    sounds = {clip: tmp_path / f"{clip}.wav" for clip in clips}

    def explained(texts):
        return explain_other_texts(sounds, dict(zip(clips, texts, strict=True)))

    assert "stands 1 line above for 39 of 40 clips" in explained([*said[1:], said[0]])
    assert "stands 3 lines below for 37 of 40 clips" in explained([*said[-3:], *said[:-3]])
    assert "stands 1 line above for 18 of 40" in explained([*said[:21], *said[22:], said[21]])
    shuffled = [said[number] for number in np.random.default_rng(0).permutation(len(said))]
    assert explained(shuffled).endswith("belong to other clips, or the sound is no speech")
    assert explained([()] * len(said)).endswith("or the sound is no speech")


def test_too_little_to_compare_with(said, tmp_path):
    sounds = {f"{n:02d}": tmp_path / f"{n:02d}.wav" for n in range(20)}
    assert text_fits({}, {}) == {}
    assert text_fits(sounds, dict.fromkeys(sounds, said[0])) == {}
    nine = dict(list(zip(sounds, said, strict=False))[:9])
    assert text_fits(sounds, nine) == {}
    assert (mean_fit({}), misfits({}, 0.9), text_fit_summary({})) == (1.0, {}, {})


def test_clips_without_words_or_sound_are_left_out(tmp_path):
    random = np.random.default_rng(0)
    sentences = random_sentences(12)
    for number in range(12):
        write_audio(tmp_path / f"{number:02d}.wav", random.normal(0, 0.1, 16000), 16000)
    (tmp_path / "03.wav").write_bytes(b"damaged")
    write_audio(tmp_path / "04.wav", np.zeros(0), 16000)
    texts = {f"{n:02d}": sentence for n, sentence in enumerate(sentences)} | {"05": ()}
    sounds = {clip: tmp_path / f"{clip}.wav" for clip in texts}
    fits = text_fits(sounds, texts)
    assert sorted(set(texts) - set(fits)) == ["03", "04", "05"]
    assert all(0 <= fit <= 1 for fit in fits.values())


def test_several_processes_give_the_same(tmp_path):
    random = np.random.default_rng(0)
    texts = {f"{n:02d}": sentence for n, sentence in enumerate(random_sentences(40))}
    sounds = {clip: tmp_path / f"{clip}.wav" for clip in texts}
    for sound in sounds.values():
        write_audio(sound, random.normal(0, 0.1, 8000), 16000)
    assert text_fits(sounds, texts, workers=2) == text_fits(sounds, texts)


def test_phones_that_are_none_are_named(tmp_path):
    write_table(
        tmp_path / "phonemes.csv", ("id", "phonemes"), [{"id": "a", "phonemes": "HH | QQ1"}]
    )
    with pytest.raises(FS2Error, match=r"phonemes.csv: clip a: 'QQ1' is not one of"):
        read_sentences(tmp_path / "phonemes.csv")


@pytest.fixture(scope="module")
def real(shared_data, tmp_path_factory):
    """Sound and sentences of 48 clips of Kathleen and 16 of LJSpeech, id -> both."""
    import soundfile

    corpora = {}
    for name, sounds, count in (("kathleen", "flac", 48), ("ljspeech", "clips", 16)):
        folder = tmp_path_factory.mktemp(name)
        lines = (shared_data / name / "metadata.csv").read_text(encoding="utf-8").splitlines()
        rows = [dict(zip(("id", "raw", "text"), line.split("|"), strict=True)) for line in lines]
        write_table(folder / "metadata.csv", ("id", "raw", "text"), rows[:count])
        splits = ("train", "validation", "test")
        write_table(
            folder / "splits.csv",
            ("id", "split"),
            [{"id": row["id"], "split": splits[i % 3]} for i, row in enumerate(rows)],
        )
        write_json(folder / "report.json", {"excluded": []})
        prepare_text(Text(), folder / "metadata.csv", folder / "text")
        sentences = read_sentences(folder / "text" / "phonemes.csv")
        paths = {clip: shared_data / name / sounds / f"{clip}.flac" for clip in sentences}
        assert all(soundfile.info(path).frames for path in paths.values())
        corpora[name] = paths, sentences
    return corpora


@pytest.mark.parametrize(
    ("corpus", "clips"), [("kathleen", 48), ("kathleen", 24), ("ljspeech", 16)]
)
def test_real_speech(real, corpus, clips):
    paths, sentences = real[corpus]
    some = list(sentences)[:clips]
    fits = text_fits(paths, {clip: sentences[clip] for clip in some})
    assert len(fits) == clips
    assert min(fits.values()) >= 0.9
    moved = dict(
        zip(some, [*(sentences[clip] for clip in some[1:]), sentences[some[0]]], strict=True)
    )
    assert mean_fit(text_fits(paths, moved)) < 0.7
    assert "stands 1 line above" in explain_other_texts({c: paths[c] for c in some}, moved)
    swapped = {clip: sentences[clip] for clip in some} | {
        some[2]: sentences[some[5]],
        some[5]: sentences[some[2]],
    }
    found = misfits(text_fits(paths, swapped), 0.9)
    assert found.keys() <= {some[2], some[5]}


def test_model_is_made_of_clips_and_textgrids(tmp_path):
    """From tones of two kinds the Gaussians find their places; a rare phone has those of all."""
    from fs2.alignment.textgrid import TextGrid, write_textgrid

    time = np.arange(16000) / 16000
    for name in ("a", "b"):
        low, high = np.sin(2 * np.pi * 200 * time), np.sin(2 * np.pi * 5000 * time)
        samples = 0.1 * np.concatenate([low, high]) + 0.001 * np.random.default_rng(0).normal(
            size=32000
        )
        write_audio(tmp_path / f"{name}.wav", samples, 16000)
        phones = (Interval(0, 1, "AA1"), Interval(1, 2, "S"))
        grid = TextGrid((Interval(0, 2, "x"),), phones, 2)
        (tmp_path / "grids").mkdir(exist_ok=True)
        write_textgrid(tmp_path / "grids" / f"{name}.TextGrid", grid)
    make_phone_model(tmp_path, tmp_path / "grids", tmp_path / "model.csv")
    rows = {row["phone"]: row for row in read_table(tmp_path / "model.csv")}
    assert list(rows) == list(KINDS)
    first = {phone: float(row["mean_1"]) for phone, row in rows.items()}
    assert first["AA"] > 0.5 > -0.5 > first["S"]
    assert first["M"] == pytest.approx((first["AA"] + first["S"]) / 2, abs=0.05)


def test_phones_fit_their_own_frames():
    sentence = random_sentences(1)[0]
    phones = ["", *(phone for word in sentence for phone in word), ""]
    spans = [Interval(0.06 * n, 0.06 * (n + 1), phone) for n, phone in enumerate(phones)]
    right = phone_fit(say(sentence), spans)
    labels = [*(span.label for span in spans[7:]), *(span.label for span in spans[:7])]
    wrong = [span._replace(label=label) for span, label in zip(spans, labels, strict=True)]
    assert -4 < right <= 0
    assert phone_fit(say(sentence), wrong) < right - 5
    assert np.isnan(phone_fit(say(sentence), [Interval(0, 9, "spn")]))


def test_the_benchmark_compares_three_orders(said, tmp_path, monkeypatch, capsys, repository):
    monkeypatch.syspath_prepend(repository / "benchmarks")
    import text_fit as benchmark

    rows = [
        {"id": f"{n:02d}", "phonemes": " | , | ".join(map(" ".join, sentence))}
        for n, sentence in enumerate(said)
    ]
    write_table(tmp_path / "text" / "phonemes.csv", ("id", "phonemes"), rows)
    monkeypatch.setattr(sys, "argv", ["text_fit", str(tmp_path)])
    benchmark.main()
    lines = [line.split(" | ") for line in capsys.readouterr().out.splitlines()[2:]]
    assert [line[0] for line in lines] == ["| 24"] * 3 + ["| 40"] * 3
    assert [line[2] for line in lines if line[1] == "right"] == ["1.000", "1.000"]
    assert all(0.2 < float(line[2]) < 0.8 for line in lines if line[1] != "right")
