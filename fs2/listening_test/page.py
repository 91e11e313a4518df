"""The page for the listeners: one HTML file and a folder of sounds, which work without a server."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fs2.audio import sound_seconds
from fs2.config.listening_test import ListeningTest
from fs2.errors import FS2Error
from fs2.files import atomic_path
from fs2.listening_test.design import Design, Session
from fs2.templates import template

PAGE, CLIPS = "index.html", "clips"
"""The page, and the folder of sounds beside it."""
SECONDS_TO_ANSWER = 4.0
"""What a listener needs beside the sounds themselves, for each answer."""


def write_page(
    folder: Path,
    design: Design,
    settings: ListeningTest,
    sounds: Mapping[str, Path],
    texts: Mapping[str, str] | None = None,
) -> None:
    """Write `index.html` and `clips/<name>.wav`, which tell nothing of the systems.

    Args:
        folder: Replaced whole.
        design: The test.
        settings: Section listening_test.
        sounds: System -> folder of its `<sentence>.wav`.
        texts: Sentence -> what the listeners read of it; None for nothing.

    Raises FS2Error if a sound cannot be read.
    """
    with atomic_path(folder) as temporary:
        (temporary / CLIPS).mkdir(parents=True)
        seconds = 0.0
        for name in design.heard:
            clip = design.clips[name]
            source = sounds[clip.system] / f"{clip.sentence}.wav"
            seconds += _copy(source, temporary / CLIPS / f"{name}.wav")
        mean = seconds / len(design.heard)
        page = _render(design, settings, texts, mean)
        (temporary / PAGE).write_text(page, encoding="utf-8")


def _copy(source: Path, target: Path) -> float:
    """Copy a sound file as it is; returns its length in seconds."""
    seconds = sound_seconds(source)
    if not seconds:
        raise FS2Error(f"{source}: holds no sound; synthesise again")
    shutil.copyfile(source, target)
    return seconds


def _render(
    design: Design,
    settings: ListeningTest,
    texts: Mapping[str, str] | None,
    clip_seconds: float,
) -> str:
    first = design.sessions[0]
    return template(Path(__file__).with_name("page.html")).render(
        notice=settings.notice,
        comparisons=len(first.comparisons),
        practice_ratings=len(design.training.ratings),
        minutes=_minutes([design.training, first], clip_seconds),
        test=_script_json(_data(design, texts)),
    )


def _data(design: Design, texts: Mapping[str, str] | None) -> dict[str, Any]:
    """What the page knows: names of clips, no system and no sentence's name."""
    return {
        "test": design.fingerprint,
        "training": vars(design.training),
        "sessions": [vars(session) for session in design.sessions],
        "texts": None
        if texts is None
        else {name: texts[design.clips[name].sentence] for name in design.heard},
    }


def _script_json(value: Any) -> str:
    """JSON that cannot end the element in which it stands."""
    text = json.dumps(value, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _minutes(sessions: list[Session], clip_seconds: float) -> int:
    """About how long a listener takes, in multiples of five minutes."""
    ratings, comparisons = (
        sum(len(getattr(session, part)) for session in sessions)
        for part in ("ratings", "comparisons")
    )
    answers = ratings + comparisons
    seconds = (answers + comparisons) * clip_seconds + answers * SECONDS_TO_ANSWER
    return max(5, round(seconds / 300) * 5)
