"""If the texts are other clips', whose they are: by how many lines a list has slipped."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from fs2.alignment.inputs import Sentence
from fs2.alignment.phone_model import sentence_scores, sound_frames
from fs2.errors import FS2Error

_FARTHEST = 5
"""Lines up and down that are looked at."""
_SAMPLE = 50
_LEAST_SHARE = 0.3
"""An offset is believed if it is the best one for more clips than this share: by chance 0.1 are.
Where a line is missing in the middle of the list, the texts before it are right."""


def explain_other_texts(sounds: Mapping[str, Path], sentences: Mapping[str, Sentence]) -> str:
    """What may have happened to the texts, in a sentence for the user.

    `sounds` and `sentences` have the same ids, in the order of the list of texts.
    """
    clips = [clip for clip in sounds if sentences[clip]]
    places = np.linspace(0, len(clips) - 1, min(_SAMPLE, len(clips)), dtype=int).tolist()
    offsets = [_best_offset(place, clips, sounds, sentences) for place in places]
    slipped = Counter(offset for offset in offsets if offset)
    offset, count = slipped.most_common(1)[0] if slipped else (0, 0)
    if count <= _LEAST_SHARE * len(places):
        return "The texts of these clips belong to other clips, or the sound is no speech"
    lines = "line" if abs(offset) == 1 else "lines"
    return (
        "The texts of these clips belong to other clips: the text that fits best stands "
        f"{abs(offset)} {lines} {'below' if offset > 0 else 'above'} for {count} of {len(places)} "
        "clips, as when a line of metadata.csv was lost"
    )


def _best_offset(
    place: int, clips: list[str], sounds: Mapping[str, Path], sentences: Mapping[str, Sentence]
) -> int:
    """How many lines below its own the text stands that fits a clip best; 0 without sound."""
    near = range(max(0, place - _FARTHEST), min(len(clips), place + _FARTHEST + 1))
    try:
        frames = sound_frames(sounds[clips[place]])
    except FS2Error:  # found where its TextGrid is checked
        return 0
    scores = sentence_scores(frames, [sentences[clips[other]] for other in near])
    return near[int(np.argmax(scores))] - place
