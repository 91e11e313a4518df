import numpy as np
import pytest
import soundfile

from fs2.exclusion import as_rows
from fs2.files import write_json, write_table

RATE = 22050

PHONES = {
    "he": "HH IY1",
    "ran": "R AE1 N",
    "off": "AO1 F",
    "read": "R EH1 D",
}


def textgrid_text(words, silence="", step=0.1, pause=0.2):
    """A long TextGrid: silence, each word with `step` seconds a phone, silence; and its length."""
    now = pause
    word_tier, phone_tier = [(0, pause, silence)], [(0, pause, silence)]
    for word in words:
        phones = PHONES[word].split() if word in PHONES else ["spn"]
        word_tier.append((now, now + step * len(phones), word))
        for phone in phones:
            phone_tier.append((now, now + step, phone))
            now += step
    word_tier.append((now, now + pause, silence))
    phone_tier.append((now, now + pause, silence))
    end = now + pause
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', ""]
    lines += ["xmin = 0", f"xmax = {end}", "tiers? <exists>", "size = 2", "item []:"]
    for number, (name, tier) in enumerate((("words", word_tier), ("phones", phone_tier)), 1):
        lines += [f"item [{number}]:", 'class = "IntervalTier"', f'name = "{name}"', "xmin = 0"]
        lines += [f"xmax = {end}", f"intervals: size = {len(tier)}"]
        for place, (start, stop, label) in enumerate(tier, 1):
            lines += [
                f"intervals [{place}]:",
                f"xmin = {start}",
                f"xmax = {stop}",
                f'text = "{label}"',
            ]
    return "\n".join(lines) + "\n", end


@pytest.fixture
def make_corpus(tmp_path):
    """Write the corpus and text folders of sentences (id -> text), and TextGrids that fit.

    The first clip is for validation, the second for the test if none are named.
    """

    def make(sentences, test=None, excluded=()):
        validation = next(iter(sentences))
        test = list(sentences)[1:2] if test is None else test
        for folder in ("corpus/clips", "text", "given"):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        rows, lines = [], []
        noise = np.random.default_rng(0).normal(0, 0.05, RATE * 20)
        for clip, text in sentences.items():
            words = [token for token in text.split() if token.isalpha()]
            grid, seconds = textgrid_text(words)
            (tmp_path / "given" / f"{clip}.TextGrid").write_text(grid, encoding="utf-8")
            soundfile.write(
                tmp_path / "corpus" / "clips" / f"{clip}.wav", noise[: round(seconds * RATE)], RATE
            )
            rows.append({"id": clip, "raw": text, "text": text, "seconds": f"{seconds:.4f}"})
            lines.append({"id": clip, "text": text, "words": text, "phonemes": ""})
        write_table(tmp_path / "corpus" / "metadata.csv", tuple(rows[0]), rows)
        splits = dict.fromkeys(sentences, "train") | {validation: "validation"}
        splits |= dict.fromkeys(test, "test")
        rows = [{"id": clip, "split": split} for clip, split in splits.items()]
        write_table(tmp_path / "corpus" / "splits.csv", ("id", "split"), rows)
        write_json(tmp_path / "text" / "report.json", {"excluded": as_rows(excluded)})
        write_table(tmp_path / "text" / "phonemes.csv", tuple(lines[0]), lines)
        lexicon = "".join(f"{word}\t{phones}\n" for word, phones in PHONES.items())
        (tmp_path / "text" / "lexicon.dict").write_text(lexicon, encoding="utf-8")
        return tmp_path

    return make
