"""What the report shows of autoregressive systems: where their attention was, and who failed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fs2.audio import AudioSettings
from fs2.evaluation.attention_plots import attention_figure
from fs2.evaluation.plots import as_image
from fs2.synthesis.attention import read_attentions

SHOWN = 3
"""Clips of which the attention of each system is shown."""


def attention_sections(
    results: Path,
    titles: Mapping[str, str],
    phonemes: Mapping[str, Sequence[str]],
    audio: AudioSettings,
) -> list[dict[str, Any]]:
    """One for each run that has attentions.

    Args:
        results: `results/<corpus>/`.
        titles: Of the runs, for readers.
        phonemes: Clips that are shown, with what each is spoken from.
        audio: The audio settings.

    Returns:
        Of each: `title`, `plot` (a `data:` address), `clips` (how many it spoke), and `failed`: a
        `clip` and its `words` for each clip whose attention did not find its way.
    """
    sections = []
    for run, title in titles.items():
        attentions = read_attentions(results / "synthesis" / run)
        if not attentions:
            continue
        shown = {clip: attentions[clip] for clip in [*phonemes][:SHOWN] if clip in attentions}
        failed = [
            {"clip": clip, "words": ", ".join(attention.failures)}
            for clip, attention in attentions.items()
            if attention.failures
        ]
        plot = as_image(attention_figure(shown, audio.frame_seconds, phonemes)) if shown else None
        sections.append({"title": title, "plot": plot, "clips": len(attentions), "failed": failed})
    return sections
