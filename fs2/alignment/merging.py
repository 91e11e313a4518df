"""Merging an alignment with the text: which phoneme stands when, punctuation included."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path

from fs2.alignment.praat import ClipError, Interval
from fs2.alignment.textgrid import UNKNOWN_PHONE, TextGrid, UnknownWordError
from fs2.errors import FS2Error
from fs2.text.symbols import PHONES, PUNCTUATION, SILENCE

_PHONES = frozenset(PHONES)
_MARKS = frozenset(PUNCTUATION)


def check_phones(grid: TextGrid, path: Path) -> None:
    """Raise FS2Error that names the file and the phone if a phone is not a symbol of the model."""
    for _, _, label in grid.phones:
        if not label or label in _PHONES or label == UNKNOWN_PHONE:
            continue
        if f"{label}1" in _PHONES:
            raise FS2Error(
                f"{path}: vowel '{label}' has no stress mark; the model needs {label}0, "
                f"{label}1 or {label}2: align with a stress-marked ARPAbet dictionary"
            )
        raise FS2Error(
            f"{path}: phone '{label}' is not a symbol of the model; "
            "align with a stress-marked ARPAbet dictionary, or correct the file"
        )


def merge(
    grid: TextGrid,
    tokens: Sequence[str],
    minimum_pause: float = 0.05,
    maximum_mismatch: float = 0.25,
) -> list[Interval]:
    """The clip's phonemes in order, from the first phone's start to the last phone's end.

    `tokens` are the words and punctuation marks of the text. A mark follows its word and has the
    pause that is found there, or no length. A pause without a mark is a `sil`, unless it is shorter
    than `minimum_pause` seconds: then it belongs to the phone before it. The intervals touch.

    Raises ClipError if a word is unknown, a phone belongs to no word, or more than the share
    `maximum_mismatch` of the words differ from the text.
    """
    words = [word for word in grid.words if word.label]
    text = [token for token in tokens if token not in _MARKS]
    places = _places([word.label for word in words], text, maximum_mismatch)
    marks: list[list[str]] = [[] for _ in range(len(words) + 1)]
    spoken = 0
    for token in tokens:
        if token in _MARKS:
            marks[places[spoken]].append(token)
        else:
            spoken += 1

    phonemes: list[Interval] = []
    previous = -1
    for phone, word in phones_of_words(grid, words):
        if phone.label == UNKNOWN_PHONE:
            name = next(
                (t for t, p in zip(text, places[1:], strict=False) if p == word + 1),
                words[word].label,
            )
            raise UnknownWordError(name)
        if word > previous + 1:
            raise ClipError(f"no phone for the word '{words[previous + 1].label}'")
        pending = marks[word] if word > previous else []
        phonemes += _pause(phonemes, pending, phone.start, minimum_pause)
        if phonemes and phonemes[-1].end < phone.start:
            phonemes[-1] = phonemes[-1]._replace(end=phone.start)
        phonemes.append(phone)
        previous = word
    if previous < len(words) - 1:
        raise ClipError(f"no phone for the word '{words[previous + 1].label}'")
    end = phonemes[-1].end
    return phonemes + [Interval(end, end, mark) for mark in marks[-1]]


def _pause(
    phonemes: Sequence[Interval], marks: Sequence[str], until: float, minimum_pause: float
) -> list[Interval]:
    """What stands between the phones so far and a phone that begins at `until`."""
    since = phonemes[-1].end if phonemes else until
    if marks:
        first, *others = marks
        return [Interval(since, until, first), *(Interval(until, until, mark) for mark in others)]
    if until - since >= minimum_pause:
        return [Interval(since, until, SILENCE)]
    return []


def phones_of_words(grid: TextGrid, words: Sequence[Interval]) -> list[tuple[Interval, int]]:
    """Each phone with the index of the word in which its middle lies."""
    pairs = []
    index = 0
    for phone in grid.phones:
        if not phone.label:
            continue
        middle = (phone.start + phone.end) / 2
        while index < len(words) and words[index].end <= middle:
            index += 1
        if index == len(words) or middle < words[index].start:
            raise ClipError(f"phone '{phone.label}' at {phone.start:.2f} s belongs to no word")
        pairs.append((phone, index))
    return pairs


def _places(aligned: Sequence[str], text: Sequence[str], maximum_mismatch: float) -> list[int]:
    """For each count of text words, how many aligned words stand before the same point.

    Where wordings differ, points between the agreeing words are spread evenly.
    """
    ours, theirs = [_key(word) for word in text], [_key(word) for word in aligned]
    if ours == theirs:
        return list(range(len(ours) + 1))
    places = [0] * (len(ours) + 1)
    different = 0
    for kind, t1, t2, a1, a2 in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        for point in range(t1 + 1, t2 + 1):
            places[point] = a1 + round((point - t1) * (a2 - a1) / (t2 - t1))
        same_letters = "".join(ours[t1:t2]) == "".join(theirs[a1:a2])
        if kind != "equal" and not same_letters and "unk" not in theirs[a1:a2]:
            different += max(t2 - t1, a2 - a1)
    if different > maximum_mismatch * max(len(ours), 1):
        raise ClipError(
            f"{different} of {len(ours)} words differ between text and TextGrid "
            f"('{' '.join(text)}' against '{' '.join(aligned)}')"
        )
    # Words that only the TextGrid has at the end come before the final punctuation.
    places[-1] = len(theirs)
    return places


def _key(word: str) -> str:
    """What two spellings of a word have in common: letters and digits, in lower case."""
    return "".join(character for character in word.casefold() if character.isalnum())
