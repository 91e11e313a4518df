"""Words that a system skipped or repeated, of what a recogniser heard.

A recogniser errs by itself: it mishears a word, makes one of two, or leaves out a faint one. What
is counted here is what such a slip rarely looks like. The recordings' own transcripts tell how
often it happens all the same.
"""

from fs2.evaluation.words import Gap, WordComparison


def skipped_words(comparison: WordComparison) -> int:
    """Words of the text of which nothing was heard.

    Where other words were heard in their place, one word fewer is a mishearing ("atoll" for
    "at all"); at least two fewer are skipped.
    """
    return sum(_skipped(gap) for gap in comparison.gaps)


def _skipped(gap: Gap) -> int:
    heard = gap.heard_stop - gap.heard_start
    missing = gap.said_stop - gap.said_start - heard
    return missing if missing > 1 or (missing == 1 and heard == 0) else 0


def repeated_words(comparison: WordComparison) -> int:
    """Words that were heard once more than the text has them, right after or before the same words.

    Other words that the text has not are no repetitions.
    """
    return sum(_repeated(gap, comparison.heard) for gap in comparison.gaps)


def _repeated(gap: Gap, heard: list[str]) -> int:
    """The words by which a gap is too long, if they are part of a phrase that is heard again.

    That phrase may begin before the gap, since an alignment may take either of two equal phrases
    for the one too many, or the end of one and the beginning of the other.
    """
    length = gap.heard_stop - gap.heard_start
    surplus = length - (gap.said_stop - gap.said_start)
    for period in range(1, surplus + 1):
        for start in range(max(0, gap.heard_start - period), gap.heard_stop - surplus + 1):
            again = heard[start + period : start + period + surplus]
            if len(again) == surplus and heard[start : start + surplus] == again:
                return surplus
    return 0
