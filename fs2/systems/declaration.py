"""What decides a result, said once: everything that asks for it asks here.

From it follow the `params` of the rules, what counts as finished, the fingerprint of a checkpoint,
the parameters in MLflow, and whether a row of the tables is of the settings of now.
"""

from typing import Any

from fs2.config.schema import Config
from fs2.config.training import MACHINE
from fs2.sentence_lists import digests
from fs2.systems.system import system_for

BEFORE_TRAINING = ("audio", "corpus", "text", "alignment", "features")
"""Sections that decide the features."""
TRAINING = ("model", "training")
"""Sections that decide, with the features, what a training gives."""
MODEL_FORMAT = 2
"""Version of model.json; a reader refuses any other."""
SENTENCES = ("sentences", "maximum_sentences")
"""Keys of the section evaluation that say which sentences are spoken besides the test split."""
NOT_MEASURED = (
    *("report_clips", "report_players", "reference_textgrids", "other_textgrids"),
    *SENTENCES,
)
"""Keys of the section evaluation that decide nothing about a system's numbers on the test split."""
TEST_SPLIT = ("maximum_clips", "recorded_durations")
"""Keys of the section synthesis that are about the test split alone."""


def training_settings(config: Config) -> dict[str, Any]:
    """What decides a training besides the features: complete, of its architecture alone."""
    return {name: config.section(name) for name in TRAINING}


def trained_settings(config: Config) -> dict[str, Any]:
    """What decides a trained model, from the recordings on."""
    before = {name: config.section(name) for name in BEFORE_TRAINING}
    return before | training_settings(config)


def result_settings(config: Config) -> dict[str, Any]:
    """What decides the results of a trained system besides its model; kept as `settings.json`."""
    return {
        "synthesis": config.section("synthesis"),
        "vocoder": config.section("vocoder") if system_for(config).needs_vocoder else None,
        "evaluation": evaluation_settings(config),
    }


def evaluation_settings(config: Config) -> dict[str, Any]:
    """The keys of the section evaluation that decide what is measured of a system."""
    return config.evaluation.plain(exclude=set(NOT_MEASURED))


def robustness_settings(config: Config) -> dict[str, Any]:
    """What decides the results of a trained system on sentences without recordings.

    Raises FS2Error if a list of sentences is not there.
    """
    settings, evaluation = result_settings(config), config.evaluation
    spoken = {k: v for k, v in settings["synthesis"].items() if k not in TEST_SPLIT}
    lists = {"lists": digests(evaluation.sentences), "maximum": evaluation.maximum_sentences}
    return settings | {"synthesis": spoken, "sentences": lists}


def parameters(config: Config) -> dict[str, Any]:
    """What MLflow shows of a system: what decides its training and how it speaks, by whose vocoder.

    Nothing of the machine; the vocoder's own settings stand in its run.
    """
    settings = training_settings(config)
    for key in MACHINE:
        settings["training"].pop(key, None)
    vocoder = config.vocoder.name if system_for(config).needs_vocoder else None
    return settings | {"vocoder": {"name": vocoder}, "synthesis": config.section("synthesis")}
