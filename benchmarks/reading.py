"""How well is text read? `python benchmarks/reading.py [--phrases FILE] [--metadata FILE]`.

Phrases with their readings (columns kind, phrase, reading) give the share that is read so by kind,
beside NVIDIA's nemo_text_processing where that is installed. Metadata in the manner of LJSpeech
(id|text|text in words) give the lines on which the rules and the publisher agree, and the others.
"""

import argparse
import csv
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from fs2.errors import FS2Error
from fs2.text.normalise import normalise
from fs2.text.numbers import cardinal, ordinal

PHRASES = Path(__file__).resolve().parents[1] / "tests" / "text" / "readings.tsv"
ORDINALS = {ordinal(str(n)).split()[-1]: cardinal(str(n)).split()[-1] for n in range(1, 32)}
Reader = Callable[[str], str]
Edit = tuple[list[str], list[str]]


class Phrase(NamedTuple):
    """A phrase and how a careful reader says it."""

    kind: str
    written: str
    reading: str


def canonical(reading: str) -> str:
    """Readings are equal whatever their case, hyphens and commas; the other marks count."""
    return " ".join(re.sub(r"[-,]", " ", reading.lower()).split())


def read_phrases(path: Path) -> list[Phrase]:
    """The rows of a file of phrases, tabs between the columns."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        return [Phrase(*row) for row in rows]


def misread(phrases: Iterable[Phrase], reader: Reader) -> list[tuple[Phrase, str]]:
    """The phrases that `reader` reads otherwise, each with what it makes of it."""
    readings = ((phrase, _read(reader, phrase.written)) for phrase in phrases)
    return [
        (phrase, reading)
        for phrase, reading in readings
        if canonical(reading) != canonical(phrase.reading)
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--phrases", type=Path, default=PHRASES)
    parser.add_argument("--metadata", type=Path)
    options = parser.parse_args()
    _compare(read_phrases(options.phrases))
    if options.metadata:
        _agreement(options.metadata)


def _compare(phrases: list[Phrase]) -> None:
    readers = {"rules": normalise} | _nemo()
    wrong: dict[str, Counter[str]] = {}
    for name, reader in readers.items():
        started = time.perf_counter()
        missed = misread(phrases, reader)
        seconds = time.perf_counter() - started
        wrong[name] = Counter(phrase.kind for phrase, _ in missed)
        print(f"\n{name}: {len(phrases)} phrases in {seconds:.2f} s")
        for phrase, reading in missed if name == "rules" else ():
            print(f"  {phrase.kind}: {phrase.written} -> {reading} (right: {phrase.reading})")
    print(f"\n{'kind':14}{'phrases':>8}" + "".join(f"{name:>18}" for name in readers))
    kinds = Counter(phrase.kind for phrase in phrases)
    for kind, count in [*sorted(kinds.items()), ("all", len(phrases))]:
        missed_of = [each[kind] if kind != "all" else each.total() for each in wrong.values()]
        print(f"{kind:14}{count:8}" + "".join(f"{1 - m / count:18.1%}" for m in missed_of))


def _nemo() -> dict[str, Reader]:
    """NVIDIA's grammars alone, and with these rules for what they leave."""
    try:
        from nemo_text_processing.text_normalization.normalize import Normalizer
    except ImportError:
        print("nemo_text_processing is not installed: the rules alone")
        return {}
    started = time.perf_counter()
    grammars = Normalizer(input_case="cased", lang="en")
    print(f"nemo_text_processing: {time.perf_counter() - started:.1f} s to begin")

    def alone(text: str) -> str:
        return str(grammars.normalize(text, punct_post_process=True))

    return {"nemo": alone, "nemo, then rules": lambda text: normalise(alone(text))}


def _agreement(metadata: Path) -> None:
    written, days, others = 0, 0, []
    for line in metadata.read_text(encoding="utf-8").splitlines():
        identifier, raw, published = line.split("|")
        written += raw != published
        edits = _edits(_line(raw), _line(published))
        if edits and all(map(_is_day, edits)):
            days += 1
        elif edits:
            others.append((identifier, edits))
    print(f"\n{metadata}: {written} lines have more than words")
    print(f"the day of a month read as an ordinal, published as a cardinal: {days} lines")
    print(f"other differences: {len(others)} lines")
    for identifier, edits in others:
        shown = "; ".join(f"'{' '.join(ours)}' for '{' '.join(theirs)}'" for ours, theirs in edits)
        print(f"  {identifier}: {shown}")


def _line(text: str) -> list[str]:
    """The words of a line; published texts write the time of day as nine:thirty."""
    return canonical(normalise(re.sub(r"(?<=[a-z]):(?=[a-z])", " ", text))).rstrip(".").split()


def _edits(ours: list[str], theirs: list[str]) -> list[Edit]:
    matcher = SequenceMatcher(a=ours, b=theirs, autojunk=False)
    return [
        (ours[a:b], theirs[c:d]) for edit, a, b, c, d in matcher.get_opcodes() if edit != "equal"
    ]


def _is_day(edit: Edit) -> bool:
    """May fifth for May five, the fifth of May for the fifth May."""
    ours, theirs = ([word.strip(".;:?") for word in words] for words in edit)
    if not theirs:
        return ours in (["of"], ["the"])
    return [ORDINALS.get(word) for word in ours] == theirs


def _read(reader: Reader, text: str) -> str:
    try:
        return reader(text)
    except FS2Error as error:
        return f"error: {error}"


if __name__ == "__main__":
    main()
