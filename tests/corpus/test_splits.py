import pytest
from hypothesis import given
from hypothesis import strategies as st

from fs2.corpus.ljspeech import LJSpeech
from fs2.corpus.splits import own_split, random_split
from fs2.errors import FS2Error
from fs2.exclusion import SPLITS

SHARES = st.floats(0.001, 0.49)
# Few different texts, so that some are the same but for case and punctuation.
TEXTS = st.dictionaries(
    st.text("abc123", min_size=1, max_size=6),
    st.sampled_from(["One.", "one", "Two!", "two", "Three", "four", "five", "six", "seven"]),
    min_size=3,
    max_size=60,
).filter(lambda texts: len({text.lower().strip(".!") for text in texts.values()}) >= 3)


@given(TEXTS, SHARES, SHARES, st.integers(0, 99))
def test_each_clip_gets_a_split_and_each_split_a_clip(
    texts: dict[str, str], validation: float, test: float, seed: int
) -> None:
    splits = random_split(texts, validation, test, seed)
    assert splits.keys() == texts.keys()
    assert set(splits.values()) == set(SPLITS)


@given(TEXTS, SHARES, SHARES, st.integers(0, 99), st.randoms())
def test_the_order_of_the_clips_does_not_matter(
    texts: dict[str, str], validation: float, test: float, seed: int, random: object
) -> None:
    shuffled = list(texts.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    expected = random_split(texts, validation, test, seed)
    assert random_split(dict(shuffled), validation, test, seed) == expected


@given(TEXTS, SHARES, SHARES)
def test_the_same_words_stay_together(
    texts: dict[str, str], validation: float, test: float
) -> None:
    split_of: dict[str, str] = {}
    for clip, split in random_split(texts, validation, test, 0).items():
        words = texts[clip].lower().strip(".!")
        assert split_of.setdefault(words, split) == split


@given(st.integers(100, 500), st.floats(0.02, 0.3), st.floats(0.02, 0.3))
def test_the_shares_are_kept(clips: int, validation: float, test: float) -> None:
    texts = {f"clip{i}": f"sentence {i}" for i in range(clips)}
    values = list(random_split(texts, validation, test, 0).values())
    assert values.count("validation") == round(clips * validation)
    assert values.count("test") == round(clips * test)


def test_the_seed_changes_the_split_and_a_new_clip_hardly_does() -> None:
    texts = {f"clip{i}": f"sentence {i}" for i in range(300)}
    splits = random_split(texts, 0.1, 0.1, 0)
    assert random_split(texts, 0.1, 0.1, 1) != splits
    more = random_split({**texts, "another": "one more"}, 0.1, 0.1, 0)
    assert sum(more[clip] != split for clip, split in splits.items()) <= 2


def test_too_few_sentences() -> None:
    with pytest.raises(FS2Error, match="2 different sentences"):
        random_split({"a": "One.", "b": "one", "c": "two"}, 0.1, 0.1, 0)


def test_the_split_of_ljspeech_is_the_papers() -> None:
    ids = ["LJ001-0001", "LJ002-0345", "LJ003-0001", "LJ004-0001", "LJ050-0278"]
    splits = own_split(ids, LJSpeech().split)
    expected = ["test", "test", "validation", "train", "train"]
    assert splits == dict(zip(ids, expected, strict=True))


def test_an_own_split_that_leaves_one_empty_is_not_used() -> None:
    assert own_split(["LJ001-0001", "LJ003-0001"], LJSpeech().split) is None
    assert own_split(["a", "b"], lambda _: None) is None
