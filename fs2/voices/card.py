"""The model card of a voice: `README.md` as the Hugging Face hub reads it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from fs2.evaluation.metrics import METRICS
from fs2.paper import REFERENCE, TITLE
from fs2.registry import VOCODERS
from fs2.templates import template
from fs2.voices.description import VoiceDescription
from fs2.voices.quality import Estimate

TEMPLATE = "card.md.jinja"
HUB_LICENCES = frozenset(
    (
        *("mit", "apache-2.0", "cc0-1.0", "pddl", "odbl", "odc-by", "unlicense", "unknown"),
        *("cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0"),
        *("cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nd-4.0", "cc-by-nc-nd-3.0"),
        *("cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0"),
    )
)
"""The hub's names of the licences that recordings may have; it calls every other one `other`."""
HUB_METRICS = {"word_error_rate": "wer"}
"""Our name of a metric -> the hub's, where it has one."""
_METRICS = {metric.name: metric for metric in METRICS}


def card(voice: VoiceDescription) -> str:
    """The card as Markdown, with the metadata of the hub at its head."""
    return template(Path(__file__).with_name(TEMPLATE)).render(
        metadata=yaml.safe_dump(_metadata(voice), sort_keys=False, allow_unicode=True),
        voice=voice,
        paper=f"{TITLE} ({REFERENCE})",
        vocoder=VOCODERS[voice.vocoder] if voice.vocoder else None,
        rows=list(_rows(voice)),
        protocols=[_METRICS[name] for name in voice.quality.test_split] if voice.quality else [],
    )


def _metadata(voice: VoiceDescription) -> dict[str, Any]:
    """The front matter: what the hub files the voice under."""
    metadata = {
        **hub_licence(voice.corpus.licence),
        "language": voice.language,
        "library_name": "fs2",
        "pipeline_tag": "text-to-speech",
        "tags": ["text-to-speech", "speech-synthesis", voice.settings["model"]["architecture"]],
        "datasets": [voice.corpus.name],
    }
    results = list(_results(voice))
    if results:
        metadata["model-index"] = [{"name": voice.name, "results": results}]
    return metadata


def hub_licence(licence: str) -> dict[str, str]:
    """The hub's keys for a licence: its own name of it, else `other` and the name as it is."""
    slug = re.sub(r"[^a-z0-9.]+", "-", licence.partition(":")[0].lower()).strip("-")
    if slug in HUB_LICENCES:
        return {"license": slug}
    return {"license": "other", "license_name": slug}


def _results(voice: VoiceDescription) -> Iterator[dict[str, Any]]:
    """The hub's `model-index`: a result for the test split, and one a list of sentences."""
    if voice.quality is None:
        return
    name = f"{voice.corpus.name}, test split"
    measured = {name: ("test", voice.quality.test_split)}
    measured |= {
        f"sentences without recordings: {chosen}": (chosen, estimates)
        for chosen, estimates in voice.quality.sentences.items()
    }
    for name, (split, estimates) in measured.items():
        if estimates:
            yield {
                "task": {"type": "text-to-speech", "name": "Text to speech"},
                "dataset": {"type": voice.corpus.name, "name": name, "split": split},
                "metrics": _hub_metrics(estimates),
            }


def _hub_metrics(estimates: Mapping[str, Estimate]) -> list[dict[str, Any]]:
    return [
        {
            "type": HUB_METRICS.get(name, name),
            "value": _rounded(name, found.value),
            "name": _title(name),
        }
        for name, found in estimates.items()
    ]


def _rows(voice: VoiceDescription) -> Iterator[dict[str, str]]:
    """The lines of the table of what was measured, ready to be shown."""
    if voice.quality is None:
        return
    measured = {"test split": voice.quality.test_split, **voice.quality.sentences}
    for where, estimates in measured.items():
        for name, found in estimates.items():
            value, low, high = (_shown(name, end) for end in (found.value, found.low, found.high))
            theirs = found.recordings
            yield {
                "where": f"{where} ({found.count})",
                "title": _title(name),
                "value": f"{value} [{low}, {high}]",
                "recordings": "" if theirs is None else _shown(name, theirs),
            }


def _title(name: str) -> str:
    metric = _METRICS[name]
    return f"{metric.title}, {metric.unit}" if metric.unit else metric.title


def _rounded(name: str, value: float) -> float:
    return round(value, _METRICS[name].digits)


def _shown(name: str, value: float) -> str:
    return f"{value:.{_METRICS[name].digits}f}"
