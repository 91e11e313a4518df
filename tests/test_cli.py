import re
import subprocess
import sys

import pytest
import soundfile
import toy

from fs2 import __version__
from fs2.cli import main
from fs2.registry import VOCODERS
from fs2.systems.controls import Controls


def failure(capsys, *arguments):
    """The message of a command that fails as it should: code 2, nothing on standard output."""
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    return err


def test_speak_writes_a_sound_file(fake_voice, tmp_path, capsys):
    path = tmp_path / "deep" / "out.wav"
    factors = ["--pace", "0.5", "--pitch", "2", "--energy", "1.5"]
    names = ["--results", "r", "--corpus", "c", "--system", "s", "--vocoder", "v"]
    assert main(["speak", "Hello.", "-o", str(path), *factors, *names]) == 0
    assert fake_voice.asked == [(("r", "c", "s"), "v", "auto"), ("Hello.", Controls(0.5, 2.0, 1.5))]
    assert soundfile.info(path).frames == 256 * 6
    assert str(path) in capsys.readouterr().out


def test_speak_a_file_of_sentences(fake_voice, tmp_path):
    sentences, output = tmp_path / "sentences.txt", tmp_path / "spoken"
    sentences.write_text("One.\n\nThree…\n", encoding="utf-8")
    assert main(["speak", "--file", str(sentences), "-o", str(output)]) == 0
    assert sorted(path.name for path in output.iterdir()) == ["001.wav", "003.wav"]
    assert fake_voice.asked[1:] == [("One.", Controls()), ("Three…", Controls())]


def test_every_line_is_checked_before_the_first_is_spoken(fake_voice, tmp_path, capsys):
    sentences = tmp_path / "sentences.txt"
    sentences.write_text("Good.\nBAD\nGood.\nBAD too\n", encoding="utf-8")
    message = failure(capsys, "speak", "--file", str(sentences), "-o", str(tmp_path / "spoken"))
    assert f"{sentences}, line 2: text 'BAD'" in message
    assert f"{sentences}, line 4: text 'BAD too'" in message
    assert len(fake_voice.asked) == 1, "nothing was spoken"
    assert not (tmp_path / "spoken").exists()


def test_lines_with_ids_name_their_sound_files(fake_voice, tmp_path):
    sentences, output = tmp_path / "metadata.csv", tmp_path / "spoken"
    sentences.write_text("LJ001|Hello there.\nLJ002|In 1850.|In eighteen fifty.\nb| Bye.|\n")
    assert main(["speak", "--file", str(sentences), "-o", str(output)]) == 0
    assert sorted(path.name for path in output.iterdir()) == ["LJ001.wav", "LJ002.wav", "b.wav"]
    said = [text for text, _ in fake_voice.asked[1:]]
    assert said == ["Hello there.", "In eighteen fifty.", "Bye."]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("Hello.\nA|b.\n", "line 2: a bar is no part of a text; with ids, every line must be id|"),
        ("a|Hello.\nBye.\n", "line 2: has no text; with ids, every line must be id|text"),
        ("a|b|c|d\n", "line 1: has no text; with ids"),
        ("a| \n", "line 1: has no text"),
        ("a|Hello.\nA|Bye.\n", "line 2: the id 'A' stands twice"),
        ("../a|Hello.\n", "line 1: the id '../a' cannot be the name of a file"),
        (".a|Hello.\n", "line 1: the id '.a' cannot be the name of a file"),
        ("|Hello.\n", "line 1: the id '' cannot be the name of a file"),
        ("a\0b|Hello.\n", "line 1: the id 'a\\x00b' cannot be the name of a file"),
        (f"{'a' * 300}|Hello.\n", "must not be longer than 255 bytes"),
        ("a" * 250 + "|Hello.\n" + "\u65e5" * 100 + "|Bye.\n", "must not be longer than 255 bytes"),
        ("".join("|\n" for _ in range(8)), "and 3 more"),
    ],
)
def test_lines_that_cannot_be_are_named(tmp_path, capsys, lines, words):
    sentences = tmp_path / "lines.txt"
    sentences.write_text(lines, encoding="utf-8")
    message = failure(capsys, "speak", "--file", str(sentences), "-o", str(tmp_path / "spoken"))
    assert words in message
    assert not (tmp_path / "spoken").exists()


HOSTILE = ("/proc/x/y", "plain/b", "plain", "", ".", "x" * 300, "/dev/zero", "\0")
"""Paths: in a folder that cannot be written, below a file, a file, folders, too long, endless."""
VERBS = {
    "speak": ["speak", "Hello.", "-o", "OUT.wav"],
    "speak to flac": ["speak", "Hello.", "-o", "OUT.flac"],
    "speak from": ["speak", "Hello.", "-o", "o.wav", "--results", "PATH"],
    "speak by": ["speak", "Hello.", "-o", "o.wav", "--plugin", "PATH"],
    "speak system": ["speak", "Hello.", "-o", "o.wav", "--system", "PATH", "--corpus", "PATH"],
    "speak a file": ["speak", "--file", "PATH", "-o", "spoken"],
    "speak a file to": ["speak", "--file", "lines.txt", "-o", "OUT"],
    "compare": ["compare", "--uri", "sqlite:///PATH"],
    "compare alignments": ["compare-alignments", "PATH", "PATH"],
    "train": ["train", "PATH", "-o", "trained", "--config", "own.yaml"],
    "train by": ["train", "none.h5", "-o", "trained", "--config", "PATH"],
    "train a system": ["train", "none.h5", "-o", "o", "--config", "own.yaml", "--system", "PATH"],
    "stage": ["stage", "text", "--config", "PATH"],
    "stage in": ["stage", "text", "--config", "own.yaml", "--results", "PATH"],
    "stage of": ["stage", "training", "--config", "own.yaml", "--system", "PATH"],
    "export": ["export-features", "PATH", "compact.h5"],
    "export to": ["export-features", "features.h5", "OUT"],
}


@pytest.mark.parametrize("path", HOSTILE)
@pytest.mark.parametrize("verb", VERBS)
def test_no_path_of_a_user_ends_in_a_traceback(tmp_path, monkeypatch, capsys, verb, path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plain").write_text("no folder")
    (tmp_path / "lines.txt").write_text("Hello.\n")
    (tmp_path / "own.yaml").write_text("corpus: {name: toy}\ntracking: {enabled: false}\n")
    toy.features(tmp_path / "features.h5", (30, 41, 25))
    words = [word.replace("PATH", path).replace("OUT", path) for word in VERBS[verb]]
    try:
        code = main(words)
    except SystemExit as end:  # argparse
        code = end.code
    writable = verb == "export to" and path in ("plain",)
    assert code == (0 if writable else 2)
    assert writable or capsys.readouterr().err


def test_bad_requests_are_refused_before_the_voice_is_loaded(tmp_path, capsys):
    assert "empty" in failure(capsys, "speak", " ", "-o", "out.wav")
    assert ".wav or .flac" in failure(capsys, "speak", "Hello.", "-o", "out.mp9")
    missing, file = str(tmp_path / "none.txt"), tmp_path / "empty.txt"
    assert missing in failure(capsys, "speak", "--file", missing, "-o", str(tmp_path / "x"))
    file.write_text("\n \n")
    assert "no line" in failure(capsys, "speak", "--file", str(file), "-o", str(tmp_path / "x"))
    file.write_text("Hello.")
    assert "folder" in failure(capsys, "speak", "--file", str(file), "-o", str(file))
    for factor in ("0", "-1", "nan", "inf", "1e-300", "0.001", "1000"):
        for control in ("pace", "pitch", "energy"):
            message = failure(capsys, "speak", "Hello.", "-o", "out.wav", f"--{control}", factor)
            assert f"{control}: must be from 0." in message
    for there in ("/proc/x/out.wav", str(file / "out.wav"), str(tmp_path / ("x" * 300 + ".wav"))):
        assert there in failure(capsys, "speak", "Hello.", "-o", there)
    (tmp_path / "folder.wav").mkdir()
    assert "folder" in failure(capsys, "speak", "Hello.", "-o", str(tmp_path / "folder.wav"))
    assert "larger than 16 MB" in failure(
        capsys, "speak", "--file", "/dev/zero", "-o", str(tmp_path / "x")
    )


@pytest.mark.usefixtures("restored_registries")
def test_plugins_are_loaded_before_the_voice(fake_voice, tmp_path, capsys):
    said = ["speak", "Hello.", "-o", str(tmp_path / "out.wav"), "--plugin"]
    assert "none.py is no Python file" in failure(capsys, *said, str(tmp_path / "none.py"))
    text = "from types import SimpleNamespace as S\nfrom fs2.registry import VOCODERS\n"
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text(f"{text}VOCODERS.add(S(name='{name}'))\n")
    assert main([*said, str(tmp_path / "one.py"), "--plugin", str(tmp_path / "two.py")]) == 0
    assert list(VOCODERS)[-2:] == ["one", "two"]


def test_no_trained_voice(tmp_path, capsys):
    results = ["--results", str(tmp_path)]
    message = failure(capsys, "speak", "Hello.", "-o", str(tmp_path / "out.wav"), *results)
    assert str(tmp_path) in message
    assert "snakemake" in message
    assert list(tmp_path.iterdir()) == []


def test_export_features_of_nothing(tmp_path, capsys):
    source, target = tmp_path / "none.h5", tmp_path / "compact.h5"
    assert "none.h5" in failure(capsys, "export-features", str(source), str(target))
    assert not target.exists()


@pytest.fixture
def configuration(tmp_path, monkeypatch):
    """The options --config and --results of a folder where nothing was made yet."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "own.yaml"
    path.write_text("corpus: {name: toy}\ntracking: {enabled: false}\n")
    return "--config", str(path), "--results", str(tmp_path / "results")


def test_a_stage_is_run_alone(configuration, tmp_path):
    assert main(["stage", "tables", *configuration]) == 0
    tables = tmp_path / "results" / "toy" / "tables"
    assert "| FastSpeech 2 | not run |" in (tables / "tables.md").read_text()
    assert len(list(tables.iterdir())) == 9


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sythesis"], "stage sythesis is not known; known are: corpus, text, alignment, "),
        (["synthesis"], "stage synthesis needs a system: --system NAME"),
        (["vocoder"], "stage vocoder needs a vocoder: --vocoder NAME"),
        (["corpus", "--system", "fastspeech2"], "stage corpus takes no system"),
        (["speed", "--system", "recordings"], "stage speed: recordings is no trained system"),
        (["training", "--system", "fastspeech3"], "'fastspeech3'; known systems: fastspeech, "),
        (
            ["vocoder", "--vocoder", "x"],
            "--vocoder: 'x' is not known; known are: ",
        ),
        (["text"], "metadata.csv"),
    ],
)
def test_a_stage_that_cannot_be_run_says_why(configuration, capsys, tmp_path, arguments, message):
    assert message in failure(capsys, "stage", *arguments, *configuration)
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--system", "fastspeech3"], "'fastspeech3'; known systems: fastspeech, "),
        (["--system", "griffin_lim"], "griffin_lim is a vocoder that is not trained"),
        (["--system", "parallel_wavegan", "--start", "x"], "parallel_wavegan begins from nothing"),
        (["--start", "x"], "fastspeech2 begins from nothing with this configuration"),
        (["--system", "fastspeech2s"], "fastspeech2s needs fastspeech2; name the folder"),
        (["--system", "fastspeech"], "fastspeech needs transformer_tts; name the folder"),
        ([], "none.h5"),
    ],
)
def test_a_training_that_cannot_be_run_says_why(tmp_path, capsys, arguments, message):
    config = tmp_path / "own.yaml"
    config.write_text("architectures: {fastspeech2s: {training: {warm_start: true}}}\n")
    files = [str(tmp_path / "none.h5"), "-o", str(tmp_path / "out"), "--config", str(config)]
    assert message in failure(capsys, "train", *files, *arguments)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "arguments",
    [[], ["sing"], ["speak", "x"], ["speak", "-o", "x.wav"], ["stage", "text", "--threads", "0"]],
)
def test_wrong_usage_exits_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "usage: fs2" in capsys.readouterr().err


def test_version_and_help(capsys):
    for arguments, wanted in ((["--version"], __version__), (["speak", "--help"], "--pace")):
        with pytest.raises(SystemExit) as end:
            main(arguments)
        assert end.value.code == 0
        assert re.search(re.escape(wanted), capsys.readouterr().out)


def test_help_imports_nothing_heavy():
    code = (
        "import sys, fs2.cli\n"
        "try: fs2.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(*sorted({'torch', 'librosa', 'pandas', 'pydantic'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == ""
