"""`fs2 speak` in a pipe: texts from standard input, sound on standard output."""

import io
import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
from fake_voice import FakeVoice

from fs2.cli import main
from fs2.requests import LONGEST_LINE
from fs2.sound_stream import pcm16, wav_header


@pytest.fixture
def typed(monkeypatch):
    """Gives standard input some bytes."""

    def give(content: bytes):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))

    return give


def samples_of(content: bytes) -> np.ndarray:
    samples, rate = soundfile.read(io.BytesIO(content), dtype="int16")
    assert rate == 22050
    return samples


@pytest.mark.usefixtures("fake_voice")
def test_lines_become_one_sound(typed, capsysbinary, tmp_path):
    typed("\ufeffOne.\n\n  Three… \n".encode())
    assert main(["speak", "-", "-o", "-"]) == 0
    out, err = capsysbinary.readouterr()
    assert out.startswith(wav_header(22050)) and err == b""
    sound = samples_of(out)
    assert [text for text, _ in FakeVoice.asked[1:]] == ["One.", "Three…"]
    assert len(sound) == 4 * 256 + 100 + 6 * 256
    assert not sound[4 * 256 : 4 * 256 + 100].any() and (sound[: 4 * 256] == 2**13).all()

    typed(b"One.\nThree.\n")
    assert main(["speak", "-", "-o", str(tmp_path / "both.wav")]) == 0
    assert np.array_equal(samples_of((tmp_path / "both.wav").read_bytes()), sound)


@pytest.mark.usefixtures("fake_voice")
def test_bare_samples_and_their_rate(capsysbinary, tmp_path):
    assert main(["speak", "Hello.", "-o", "-", "--format", "pcm"]) == 0
    out, err = capsysbinary.readouterr()
    assert np.array_equal(np.frombuffer(out, "<i2"), np.full(256 * 6, 2**13))
    assert err == b"fs2: 22050 Hz, mono, 16-bit signed little-endian samples\n"
    (tmp_path / "lines.txt").write_text("a|One.\nb|Two.\n")
    assert main(["speak", "--file", str(tmp_path / "lines.txt"), "-o", "-", "--format", "pcm"]) == 0
    assert len(capsysbinary.readouterr().out) == 2 * (2 * 4 * 256 + 100)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "standard input has no text: nothing to speak"),
        (b" \n\n", "standard input has no text: nothing to speak"),
        (b"\nHel\xfflo\n", "standard input, line 2: is no text in UTF-8 (byte 0xff at 4)"),
        (b"Hel\0lo\n", "standard input, line 1: has a NUL byte"),
        (b"\nBAD\n", "standard input, line 2: text 'BAD': cannot be spoken"),
        (b"x" * LONGEST_LINE, "standard input, line 1: longer than 1 MB"),
    ],
)
@pytest.mark.usefixtures("fake_voice")
def test_input_that_is_no_text(typed, capsysbinary, content, message):
    typed(content)
    assert main(["speak", "-", "-o", "-"]) == 2
    out, err = capsysbinary.readouterr()
    assert out == b""
    assert message in err.decode() and b"Traceback" not in err


@pytest.mark.usefixtures("fake_voice")
def test_what_was_said_before_a_bad_line_was_heard(typed, capsysbinary):
    typed(b"One.\nBAD\n")
    assert main(["speak", "-", "-o", "-"]) == 2
    out, err = capsysbinary.readouterr()
    assert len(samples_of(out)) == 4 * 256
    assert b"line 2" in err


@pytest.mark.usefixtures("fake_voice")
def test_outputs_that_cannot_be(monkeypatch, capsys, tmp_path):
    said = ["speak", "Hello.", "-o", "-"]
    terminal = SimpleNamespace(buffer=SimpleNamespace(isatty=lambda: True), flush=lambda: None)
    for output, message in ((terminal, "is a terminal"), (None, "is closed")):
        with monkeypatch.context() as replaced:
            replaced.setattr(sys, "stdout", output)
            assert main(said) == 2
        assert f"standard output {message}" in capsys.readouterr().err
    assert main(["speak", "Hello.", "-o", str(tmp_path / "a.wav"), "--format", "pcm"]) == 2
    assert "--format: is of standard output" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["speak", "-", "-o", "-"]) == 2
    assert "standard input is closed" in capsys.readouterr().err


def test_nothing_but_sound_is_on_standard_output(fake_voice, monkeypatch, capsysbinary):
    monkeypatch.setattr(fake_voice, "learn", lambda self, lexicon: print("I learn", lexicon))
    assert main(["speak", "Hello.", "-o", "-", "--format", "pcm", "--lexicon", "own.dict"]) == 0
    out, err = capsysbinary.readouterr()
    assert len(out) == 2 * 6 * 256
    assert b"I learn own.dict" in err


def test_device_and_lexicon_reach_the_voice(fake_voice, tmp_path):
    options = ["--device", "cpu", "--lexicon", "own.dict"]
    assert main(["speak", "Hello.", "-o", str(tmp_path / "a.wav"), *options]) == 0
    assert fake_voice.asked[0][2] == "cpu" and str(fake_voice.asked[1]) == "own.dict"


SLOW = """
import sys, numpy as np
from fs2.requests import lines_of
from fs2.sound_stream import write_sound

def pieces():
    for line in lines_of(sys.stdin.buffer):
        yield np.zeros(10, np.float32)

write_sound(sys.stdout.buffer, pieces(), 22050, "wav")
"""


def test_each_line_is_answered_while_the_pipe_is_open():
    command = [sys.executable, "-c", SLOW]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        for expected in (44 + 20, 20):
            process.stdin.write(b"Hello.\n")
            process.stdin.flush()
            assert len(os.read(process.stdout.fileno(), 1000)) == expected
        process.stdin.close()
        assert process.stdout.read() == b""


def test_a_reader_that_leaves_ends_it_quietly():
    program = (
        "import sys, fs2.cli.speak as speak, fs2.cli as cli, numpy as np\n"
        "class Voice:\n"
        "    audio = type('Audio', (), {'sample_rate': 22050})\n"
        "    pause = np.zeros(9, np.float32)\n"
        "    def stream(self, text, controls):\n"
        "        while True: yield np.zeros(9999, np.float32)\n"
        "speak._voice = lambda options: (Voice(), None)\n"
        "sys.exit(cli.main(['speak', 'Hello.', '-o', '-']))"
    )
    run = [sys.executable, "-c", program]
    with subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.read(10) == wav_header(22050)[:10]
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 141


def test_samples_are_those_of_a_sound_file(tmp_path):
    random = np.random.default_rng(0)
    samples = np.concatenate([random.uniform(-1, 1, 10_000), [1, -1, 0, 0.5 / 2**15, -1e-9]])
    samples = samples.astype(np.float32)
    soundfile.write(tmp_path / "a.wav", samples, 22050, subtype="PCM_16")
    written, _ = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert np.array_equal(np.frombuffer(pcm16(samples), "<i2"), written)
