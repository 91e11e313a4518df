"""A voice's folder: written, and speaking as the trained system does."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
import toy

import fs2
from fs2.errors import FS2Error
from fs2.files import write_json
from fs2.synthesis.find import VoiceFolders
from fs2.synthesis.voice import Voice
from fs2.voices.export import export_voice


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_it_speaks_as_the_trained_system_does(voice, trained, tmp_path):
    speech = fs2.load_voice(voice, "cpu").speak("Hello world.")
    expected = Voice.load(trained.training, trained.vocoder, "cpu").speak("Hello world.")
    for name in ("waveform", "mel", "durations", "f0", "energy"):
        assert np.array_equal(getattr(speech, name), getattr(expected, name)), name
    assert speech.phonemes == expected.phonemes
    speech.save(tmp_path / "x.wav")
    samples, rate = soundfile.read(tmp_path / "x.wav")
    assert rate == speech.sample_rate == 22050 and len(samples) == len(speech.waveform)


def test_exported_twice_gives_the_same_bytes(voice, trained, tmp_path):
    export_voice(trained, tmp_path / "again")
    assert contents(voice) == contents(tmp_path / "again")


def test_a_system_that_makes_waveforms_has_no_vocoder(tmp_path):
    config = toy.config("fastspeech2s", corpus={"name": "toy"})
    training = tmp_path / "toy" / "training" / "direct"
    toy.save_random(training, config)
    export_voice(VoiceFolders(training, None), tmp_path / "voice")
    assert not (tmp_path / "voice" / "vocoder").exists()
    assert len(fs2.load_voice(tmp_path / "voice", "cpu").speak("Hello.").waveform) > 0


def test_own_pronunciations_travel_with_it(tmp_path, trained):
    own = tmp_path / "own.dict"
    own.write_text("hello  B AA1 D\n")
    config = toy.config(corpus={"name": "toy"}, text={"pronunciations": str(own)})
    toy.save_random(trained.training, config)
    export_voice(trained, tmp_path / "voice")
    own.unlink()
    voice = fs2.load_voice(tmp_path / "voice", "cpu")
    assert voice.sentences("Hello.") == [["sil", "B", "AA1", "D", ".", "sil"]]


def test_it_tells_no_path_of_the_machine(tmp_path, trained):
    own = tmp_path / "own.dict"
    own.write_text("hello  B AA1 D\n")
    config = toy.config(
        corpus={"name": "toy", "path": str(tmp_path)}, text={"pronunciations": str(own)}
    )
    toy.save_random(trained.training, config)
    described = trained.vocoder / "vocoder.json"
    write_json(described, json.loads(described.read_text()) | {"source": str(tmp_path / "g.pth")})
    export_voice(trained, tmp_path / "voice")
    assert not any(str(tmp_path).encode() in file for file in contents(tmp_path / "voice").values())
    assert json.loads((tmp_path / "voice/vocoder/vocoder.json").read_text())["source"] == "g.pth"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            lambda folder: (folder / "voice.json").unlink(),
            r"no voice here \(voice\.json is missing",
        ),
        (lambda folder: (folder / "voice.json").write_text("[]"), "voice of format None"),
        (lambda folder: edit(folder, format=2), "voice of format 2, this version .* reads 1"),
        (lambda folder: edit(folder, symbols=None), "symbols: has no value"),
        (lambda folder: edit(folder, vocoder=None), "vocoder: FastSpeech 2 needs one"),
        (lambda folder: edit(folder, symbols=["_", "sil"]), "does not fit the description"),
        (lambda folder: (folder / "model.safetensors").unlink(), "model.safetensors is missing"),
        (lambda folder: cut(folder / "model.safetensors"), r"model\.safetensors: does not fit"),
        (lambda folder: (folder / "vocoder/vocoder.json").unlink(), "vocoder.json is missing"),
        (lambda folder: (folder / "vocoder/vocoder.json").write_text("{}"), "vocoder cannot be"),
        (lambda folder: cut(folder / "vocoder/generator.safetensors"), "vocoder cannot be read"),
    ],
)
def test_what_is_no_voice_is_said(voice, tmp_path, change, complaint):
    shutil.copytree(voice, tmp_path / "voice")
    change(tmp_path / "voice")
    with pytest.raises(FS2Error, match=complaint):
        fs2.load_voice(tmp_path / "voice", "cpu")


def edit(folder: Path, **values) -> None:
    path = folder / "voice.json"
    write_json(path, json.loads(path.read_text()) | values)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def test_nothing_but_a_voice_is_replaced(trained, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").touch()
    with pytest.raises(FS2Error, match="holds something else than a voice"):
        export_voice(trained, tmp_path / "mine")
    export_voice(trained, tmp_path / "voice")
    export_voice(trained, tmp_path / "voice")


def test_speech_is_saved_as_a_known_kind_of_file(voice, tmp_path):
    speech = fs2.load_voice(voice, "cpu").speak("Hello.")
    with pytest.raises(FS2Error, match=r"x\.mp3: must end in \.wav or \.flac"):
        speech.save(tmp_path / "x.mp3")


def test_a_trained_system_is_not_taken_for_a_voice(trained):
    with pytest.raises(FS2Error, match=r"trained system: 'fs2 export plain -o voice' makes"):
        fs2.load_voice(trained.training)


def test_without_its_pronunciations_nothing_is_exported(tmp_path, trained):
    own = tmp_path / "own.dict"
    config = toy.config(corpus={"name": "toy"}, text={"pronunciations": str(own)})
    toy.save_random(trained.training, config)
    with pytest.raises(FS2Error, match=r"text\.pronunciations: .*own\.dict, with which plain was"):
        export_voice(trained, tmp_path / "voice")
    assert not (tmp_path / "voice").exists()
