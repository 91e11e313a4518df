import csv
from pathlib import Path

import pytest

from fs2.config.text import Text
from fs2.text.phonemiser import Phonemiser
from fs2.text.senses import sense

PHONEMISER = Phonemiser(Text())
SENTENCES = Path(__file__).with_name("heteronyms.tsv")
LEAST = 0.97
"""Share of the sentences that must be pronounced as they are meant."""


def test_words_are_pronounced_as_they_are_meant():
    with open(SENTENCES, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    wrong = []
    for row in rows:
        spoken = [
            " ".join(t.phonemes) for t in PHONEMISER(row["sentence"]) if t.text == row["word"]
        ]
        if spoken[-1] != row["phones"]:
            wrong.append(f"{row['sentence']} {spoken[-1]}, not {row['phones']}")
    assert len(wrong) <= (1 - LEAST) * len(rows), "\n".join(wrong)


@pytest.mark.parametrize(
    ("words", "tags", "place", "wanted"),
    [
        ("they never object", "PRP RB NN", 2, "VB"),
        ("he objects", "PRP NNS", 1, "VBZ"),
        ("the record", "DT VB", 1, "NN"),
        ("from start to present", "IN NN TO JJ", 3, "JJ"),
        ("she read it", "PRP VBP PRP", 1, "VBD"),
        ("does she read it", "VBZ PRP VBP PRP", 2, "VB"),
        ("a lead pipe", "DT NN NN", 1, "metal"),
        ("we used to go", "PRP VBD TO VB", 1, "habit"),
        ("is used to cut", "VBZ VBN TO VB", 1, "VBN"),
    ],
)
def test_neighbours_correct_the_tag(words, tags, place, wanted):
    assert sense(words.split(), tags.split(), place) == wanted
