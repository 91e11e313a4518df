"""A control of what a system does not predict is an error, not nothing."""

import pytest
import toy

from fs2.errors import FS2Error
from fs2.stages.layout import Layout
from fs2.stages.plan import Plan
from fs2.synthesis.voice import Voice
from fs2.systems.catalogue import Catalogue
from fs2.systems.controls import Controls
from fs2.systems.saving import ModelDescription
from fs2.systems.system import check_controls
from fs2.text.symbols import SYMBOLS


@pytest.mark.parametrize(
    ("system", "followed"),
    [
        ("fastspeech2", {"pace", "pitch", "energy"}),
        ("fastspeech2-no-pitch", {"pace", "energy"}),
        ("fastspeech2s-no-energy", {"pace", "pitch"}),
        ("fastspeech2-no-pitch-energy", {"pace"}),
        ("fastspeech", {"pace"}),
        ("transformer_tts", set()),
        ("tacotron2", set()),
    ],
)
def test_factors_on_what_a_system_predicts_are_followed_and_others_refused(system, followed):
    config = Catalogue({}).config(system)
    check_controls(config, system, Controls())
    for name in ("pace", "pitch", "energy"):
        controls = Controls(**{name: 1.5})
        if name in followed:
            check_controls(config, system, controls)
        else:
            with pytest.raises(FS2Error, match=rf"{name}: {system} predicts no .*factor 1\.5 "):
                check_controls(config, system, controls)


def test_a_voice_refuses_them():
    settings = toy.config("fastspeech")
    network = toy.network(settings).prepare_for_inference()
    description = ModelDescription("plain", settings, [*SYMBOLS], toy.STATISTICS, 0, {})
    voice = Voice(network, description, None)
    with pytest.raises(FS2Error, match="energy: plain predicts no energy"):
        voice.speak_phonemes(["sil", "AA1", "sil"], Controls(energy=2))


def test_a_configuration_with_them_is_refused_before_anything_runs():
    values = toy.values(synthesis={"pitch": 1.2})
    Plan(Catalogue(values), Layout("results"))
    values["systems"] = ["fastspeech2-no-pitch"]
    with pytest.raises(FS2Error, match=r"in a configuration: synthesis\.pitch"):
        Plan(Catalogue(values), Layout("results"))
