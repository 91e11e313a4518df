"""Whether the texts are what is said: does a clip's own text fit it better than other clips' texts?

A forced aligner finds a place for every phone, also where something else is said, and if all texts
are those of other clips, none of them stands out. So each clip is scored against texts of like
length of the same corpus (see `fs2.alignment.phone_model`). The share of them that fit worse than
its own is near 1 where the text is right, and one half on average where it is any other text, in
every corpus and whatever aligns it.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from tqdm import tqdm

from fs2.alignment.inputs import Sentence
from fs2.alignment.phone_model import sentence_scores, sound_frames
from fs2.errors import FS2Error

LEAST_CLIPS = 10
"""Fewer clips than this say nothing: half of their other texts may fit worse by chance."""
_RIVALS = 20
"""Other texts that a clip's own is compared with."""
_CLIPS_PER_TASK = 32
_Task = list[tuple[str, Path, list[Sentence]]]


def text_fits(
    sounds: Mapping[str, Path], sentences: Mapping[str, Sentence], workers: int = 1
) -> dict[str, float]:
    """Share of other texts that fit each clip worse than its own, 0 to 1: id -> share.

    `sounds` and `sentences` have the same ids. A clip is left out that has no phones or no sound
    that can be read. There is nothing to compare with, and the result is empty, if fewer than
    `LEAST_CLIPS` texts differ.
    """
    rivals = _rivals(sentences)
    clips = [(clip, sounds[clip], [sentences[clip], *others]) for clip, others in rivals.items()]
    tasks = [clips[i : i + _CLIPS_PER_TASK] for i in range(0, len(clips), _CLIPS_PER_TASK)]
    fits: dict[str, float] = {}
    with (
        tqdm(total=len(clips), desc="do the texts fit", unit="clip", disable=None) as bar,
        ProcessPoolExecutor(max_workers=max(1, workers)) as pool,
    ):
        several = workers > 1 and len(tasks) > 1
        results = pool.map(_fit_some, tasks) if several else map(_fit_some, tasks)
        for task, some in zip(tasks, results, strict=True):
            fits |= some
            bar.update(len(task))
    return fits


def mean_fit(fits: Mapping[str, float]) -> float:
    """Mean over the clips; 1 if nothing was measured."""
    return fmean(fits.values()) if fits else 1.0


def misfits(fits: Mapping[str, float], minimum: float) -> dict[str, str]:
    """Clips whose own text fits better than a share below `minimum` of others: id -> reason."""
    return {
        clip: f"the text may be another clip's (it fits better than {fit:.0%} of other texts, "
        f"alignment.minimum_text_fit = {minimum:g})"
        for clip, fit in fits.items()
        if fit < minimum
    }


def text_fit_summary(fits: Mapping[str, float]) -> dict[str, Any]:
    """Mean over the clips, and the clips whose texts fit worst; empty if nothing was measured."""
    if not fits:
        return {}
    lowest = sorted(fits, key=lambda clip: fits[clip])[:10]
    return {
        "clips": len(fits),
        "mean": round(mean_fit(fits), 4),
        "lowest": [{"id": clip, "share": round(fits[clip], 4)} for clip in lowest],
    }


def _rivals(sentences: Mapping[str, Sentence]) -> dict[str, list[Sentence]]:
    """For each clip the other texts that are nearest to its own in their number of phones."""
    texts = sorted(set(sentences.values()) - {()}, key=lambda text: (_phones(text), text))
    if len(texts) < LEAST_CLIPS:
        return {}
    place = {text: number for number, text in enumerate(texts)}
    rivals = {}
    for clip, text in sentences.items():
        if text:
            first = min(max(0, place[text] - _RIVALS // 2), max(0, len(texts) - _RIVALS - 1))
            near = texts[first : first + _RIVALS + 1]
            rivals[clip] = [other for other in near if other != text]
    return rivals


def _phones(sentence: Sentence) -> int:
    return sum(map(len, sentence))


def _fit_some(task: _Task) -> dict[str, float]:
    fits = {clip: _fit(sound, texts) for clip, sound, texts in task}
    return {clip: fit for clip, fit in fits.items() if fit is not None}


def _fit(sound: Path, texts: Sequence[Sentence]) -> float | None:
    """The share of `texts` after the first that fit worse than it; None without a sound."""
    try:
        own, *others = sentence_scores(sound_frames(sound), texts)
    except FS2Error:  # that it cannot be read is found where its TextGrid is checked
        return None
    return float(np.mean(own > np.array(others)))
