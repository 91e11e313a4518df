"""What the alignment reads: clips and splits of the corpus, words and phones of the text."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fs2.errors import FS2Error
from fs2.exclusion import Exclusion, read_exclusions
from fs2.files import read_table
from fs2.text.symbols import PHONES, PUNCTUATION

Sentence = tuple[tuple[str, ...], ...]
"""Words, each of which is its phones."""
_PHONES = frozenset(PHONES)


@dataclass(frozen=True)
class Inputs:
    """The clips that can be aligned, and those that lack something.

    Attributes:
        sounds: id -> sound file.
        tokens: id -> words and punctuation marks.
        sentences: id -> words as phones.
        splits: id -> train, validation or test.
        reasons: id -> what a clip of the corpus lacks.
        earlier: What the stages before excluded.
    """

    sounds: Mapping[str, Path]
    tokens: Mapping[str, list[str]]
    sentences: Mapping[str, Sentence]
    splits: Mapping[str, str]
    reasons: Mapping[str, str]
    earlier: list[Exclusion]


def read_inputs(corpus: Path, text: Path) -> Inputs:
    """Read the folders of the stages corpus and text.

    Raises FS2Error if a table is missing or no clip has both sound and text.
    """
    rows = read_table(corpus / "metadata.csv", ("id",))
    splits = read_table(corpus / "splits.csv", ("id", "split"))
    phonemes = text / "phonemes.csv"
    tokens = {row["id"]: row["words"].split() for row in read_table(phonemes, ("id", "words"))}
    earlier = read_exclusions(text / "report.json")
    gone = {exclusion.id for exclusion in earlier}
    sounds: dict[str, Path] = {}
    reasons: dict[str, str] = {}
    for clip in (row["id"] for row in rows if row["id"] not in gone):
        sound = corpus / "clips" / f"{clip}.wav"
        if clip not in tokens:
            reasons[clip] = f"no line in {text.name}/phonemes.csv"
        elif not sound.is_file():
            reasons[clip] = f"no sound file {corpus.name}/clips/{clip}.wav"
        else:
            sounds[clip] = sound
    if not sounds:
        raise FS2Error(f"{corpus}: no clip has both a sound file and a line in {phonemes}")
    return Inputs(
        sounds,
        {clip: tokens[clip] for clip in sounds},
        {clip: words for clip, words in read_sentences(phonemes).items() if clip in sounds},
        {row["id"]: row["split"] for row in splits},
        reasons,
        earlier,
    )


def read_sentences(phonemes: Path) -> dict[str, Sentence]:
    """The words of each clip of a file phonemes.csv as phones, without punctuation: id -> words.

    Raises FS2Error if it cannot be read or has a phone that is none.
    """
    rows = read_table(phonemes, ("id", "phonemes"))
    sentences = {row["id"]: _sentence(row["phonemes"]) for row in rows}
    for clip, sentence in sentences.items():
        if unknown := {phone for word in sentence for phone in word} - _PHONES:
            raise FS2Error(
                f"{phonemes}: clip {clip}: '{min(unknown)}' is not one of the model's phones; "
                "run the text stage again"
            )
    return sentences


def _sentence(phonemes: str) -> Sentence:
    tokens = (token.split() for token in phonemes.split("|"))
    return tuple(tuple(token) for token in tokens if token and token[0] not in PUNCTUATION)
