"""The model card, as the hub reads it, and what it tells of the quality."""

import os
from pathlib import Path

import pytest
import toy
import yaml

from fs2.errors import FS2Error
from fs2.files import write_json
from fs2.voices.card import hub_licence
from fs2.voices.export import export_voice

OWN = {"value": 9.8039, "low": 4.9, "high": 15.46, "clips": 26, "unit": "%", "undefined": []}
SENTENCES = {"value": 3.456, "low": 3.2, "high": 3.7, "sentences": 50, "unit": ""}


def evaluate(trained, vocoder: str = "parallel_wavegan", **synthesis) -> Path:
    """What the evaluation leaves, of a system that is better than can be."""
    folder = trained.training.parents[1] / "evaluation" / trained.training.name
    settings = {
        "synthesis": {"monotonic_attention": True, **synthesis},
        "vocoder": {"name": vocoder},
        "evaluation": {"confidence": 0.9},
    }
    undefined = OWN | {"value": None, "low": None, "high": None}
    write_json(folder / "metrics.json", {"word_error_rate": OWN, "distillmos": undefined})
    write_json(folder.with_name("recordings") / "metrics.json", {"word_error_rate": {"value": 1.2}})
    write_json(folder / "speed.json", {"real_time_factor": {"median": 0.25}, "device": "a machine"})
    write_json(
        folder / "robustness.json", {"lists": {"hard": {"distillmos": SENTENCES, "failed": {}}}}
    )
    write_json(folder / "settings.json", settings)
    return folder


def metadata(card: str) -> dict:
    return yaml.safe_load(card.split("---\n")[1])


def test_the_card_has_what_was_measured(trained, tmp_path):
    evaluate(trained)
    voice = export_voice(trained, tmp_path / "voice")
    card = (tmp_path / "voice" / "README.md").read_text()
    assert "| test split (26) | Word errors, % | 9.8 [4.9, 15.5] | 1.2 |" in card
    assert "| hard (50) | DistillMOS | 3.46 [3.20, 3.70] |  |" in card
    assert "90 % intervals" in card and "0.250 of the time" in card
    head = metadata(card)
    assert head["license"] == "cc0-1.0" and head["pipeline_tag"] == "text-to-speech"
    [test, hard] = head["model-index"][0]["results"]
    assert test["metrics"] == [{"type": "wer", "value": 9.8, "name": "Word errors, %"}]
    assert hard["dataset"]["split"] == "hard"
    assert voice.settings["synthesis"]["monotonic_attention"], "it speaks as it was measured"


def test_the_hubs_own_reader_accepts_it(trained, tmp_path):
    hub = pytest.importorskip("huggingface_hub")
    evaluate(trained)
    export_voice(trained, tmp_path / "voice")
    data = hub.ModelCard.load(tmp_path / "voice" / "README.md").data
    assert data.model_name == "toy-plain"
    assert {(r.metric_type, r.metric_value) for r in data.eval_results} == {
        ("wer", 9.8), ("distillmos", 3.46),
    }  # fmt: skip


def test_nothing_is_told_of_what_was_not_measured(trained, tmp_path):
    export_voice(trained, tmp_path / "voice")
    card = (tmp_path / "voice" / "README.md").read_text()
    assert "Nothing was measured of this voice." in card
    assert "model-index" not in metadata(card)


def test_numbers_of_another_vocoder_do_not_count(trained, tmp_path, caplog):
    evaluate(trained, vocoder="hifigan_universal")
    assert export_voice(trained, tmp_path / "voice").quality is None
    assert "measured with the vocoder hifigan_universal" in caplog.text


def test_numbers_of_before_the_training_do_not_count(trained, tmp_path, caplog):
    evaluate(trained)
    later = (trained.training / "model.safetensors").stat().st_mtime + 3600
    os.utime(trained.training / "model.safetensors", (later, later))
    assert export_voice(trained, tmp_path / "voice").quality is None
    assert "older than" in caplog.text


def test_a_broken_evaluation_is_named(trained, tmp_path):
    folder = evaluate(trained)
    write_json(folder / "metrics.json", {"word_error_rate": {"value": 3}})
    with pytest.raises(FS2Error, match=r"evaluation/plain: not as this version writes it"):
        export_voice(trained, tmp_path / "voice")
    assert not (tmp_path / "voice").exists()


@pytest.mark.parametrize(
    ("licence", "keys"),
    [
        ("CC BY-SA 3.0", {"license": "cc-by-sa-3.0"}),
        ("CC0 1.0", {"license": "cc0-1.0"}),
        ("public domain", {"license": "other", "license_name": "public-domain"}),
        ("unknown: the owner of the recordings decides", {"license": "unknown"}),
    ],
)
def test_licences_have_the_hubs_names(licence, keys):
    assert hub_licence(licence) == keys


def test_what_a_training_began_with_is_told(tmp_path, trained, config):
    toy.save_random(trained.training, config, needs={"start": "fastspeech2"})
    export_voice(trained, tmp_path / "voice")
    assert (
        "- began with the weights of `fastspeech2`"
        in (tmp_path / "voice" / "README.md").read_text()
    )
