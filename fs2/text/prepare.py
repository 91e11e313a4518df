"""The text stage: from the corpus's metadata to phonemes, lexicon, symbols and a report."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from fs2.config.text import Text
from fs2.exclusion import (
    Exclusion,
    as_rows,
    check_share,
    check_splits,
    exclusions,
    read_exclusions,
)
from fs2.files import read_table, write_json, write_table, write_text
from fs2.text.dictionary import Pronunciation
from fs2.text.phonemiser import Phonemiser, TextError, Token
from fs2.text.symbols import SYMBOLS

LOG = logging.getLogger(__name__)


def prepare_text(text: Text, metadata: Path, output: Path) -> dict[str, Any]:
    """Phonemise every clip of `metadata` (columns id and text) into the folder `output`.

    Writes phonemes.csv, lexicon.dict, symbols.txt, unknown_words.csv and report.json as
    docs/architecture.md describes them, and returns the report. A clip is excluded in the report
    whose text leaves nothing to speak, has characters that nothing can be made of or mark-up, or is
    too long. The corpus's splits and report lie beside the metadata. Raises FS2Error if one of
    these or the file of own pronunciations cannot be read, more than the share
    `text.maximum_bad_share` of the clips is excluded, or no clip of a split is left.
    """
    phonemiser = Phonemiser(text)
    rows = []
    reasons: dict[str, str] = {}
    tokens: list[Token] = []
    unknown: Counter[str] = Counter()
    for clip in tqdm(read_table(metadata, ("id", "text")), "text", unit="clip", disable=None):
        try:
            normalised = phonemiser.normalise(clip["text"])
        except TextError as error:
            reasons[clip["id"]] = error.reason
            continue
        sentence = phonemiser.tokens(normalised)
        rows.append(_row(clip["id"], normalised, sentence))
        tokens += sentence
        unknown.update({token.text for token in sentence if token.source == "network"})
    excluded = _exclude(text, Path(metadata), [row["id"] for row in rows], reasons)

    words = sorted({token.text for token in tokens if token.source != "punctuation"})
    lexicon = {word: phonemiser.pronunciations(word)[0] for word in words}
    network = {word: " ".join(lexicon[word][0]) for word in unknown}
    output = Path(output)
    write_table(output / "phonemes.csv", ("id", "text", "words", "phonemes"), rows)
    write_text(output / "lexicon.dict", lexicon_text(lexicon.items()))
    write_text(output / "symbols.txt", "".join(f"{symbol}\n" for symbol in SYMBOLS))
    write_table(
        output / "unknown_words.csv",
        ("word", "phonemes", "clips"),
        (
            {"word": word, "phonemes": network[word], "clips": clips}
            for word, clips in sorted(unknown.items(), key=lambda item: (-item[1], item[0]))
        ),
    )
    report = {
        "clips": len(rows),
        "tokens": len(tokens),
        "words": len(words),
        "pronunciations": sum(map(len, lexicon.values())),
        "unknown_words": len(unknown),
        "clips_with_unknown_words": sum(
            any(word in unknown for word in row["words"].split()) for row in rows
        ),
        "sources": dict(Counter(token.source for token in tokens).most_common()),
        "excluded": as_rows(excluded),
    }
    write_json(output / "report.json", report)
    LOG.info(
        "text: %d clips, %d words, %d of them in no dictionary, %d clips excluded",
        *(len(rows), len(words), len(unknown), len(reasons)),
    )
    return report


def lexicon_text(entries: Iterable[tuple[str, Iterable[Pronunciation]]]) -> str:
    """Words with their pronunciations as a forced aligner reads them: 'word<TAB>AA1 B' a line."""
    return "".join(
        f"{word}\t{' '.join(phones)}\n" for word, variants in entries for phones in variants
    )


def _exclude(
    text: Text, metadata: Path, kept: Sequence[str], reasons: Mapping[str, str]
) -> list[Exclusion]:
    """What this stage and the corpus excluded; FS2Error if it is too much or a split is empty."""
    own = exclusions("text", reasons)
    check_share(own, len(kept) + len(own), text.maximum_bad_share)
    excluded = [*read_exclusions(metadata.with_name("report.json")), *own]
    rows = read_table(metadata.with_name("splits.csv"), ("id", "split"))
    check_splits({row["id"]: row["split"] for row in rows}, kept, excluded)
    return excluded


def _row(clip: str, normalised: str, tokens: list[Token]) -> dict[str, str]:
    return {
        "id": clip,
        "text": normalised,
        "words": " ".join(token.text for token in tokens),
        "phonemes": " | ".join(" ".join(token.phonemes) for token in tokens),
    }
