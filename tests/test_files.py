import errno
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest

from fs2.errors import FS2Error
from fs2.files import OWNER, atomic_path, check_writable, working_folder, write_text

WRITER = """
import sys
from pathlib import Path
from fs2.files import atomic_path

with atomic_path(Path(sys.argv[1])) as temporary:
    temporary.mkdir()
    (temporary / "part").write_text("new")
    print("writing", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def writer(tmp_path, repository):
    """A process in the middle of writing the folder `whole`; it ends when its input does."""
    command = [sys.executable, "-c", WRITER, str(tmp_path / "whole")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=repository, text=True, **pipes) as process:
        assert process.stdout.readline() == "writing\n"
        yield process
        process.kill()


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_fails_leaves_what_was_there(tmp_path):
    path = tmp_path / "file"
    write_text(path, "old")
    with pytest.raises(ValueError, match="stop"), atomic_path(path) as temporary:
        temporary.write_text("new")
        raise ValueError("stop")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file"]


def test_a_folder_is_replaced_whole(tmp_path):
    path = tmp_path / "folder"
    for name in ("a", "b"):
        with atomic_path(path) as temporary:
            temporary.mkdir()
            (temporary / name).touch()
    assert names(path) == ["b"]
    assert names(tmp_path) == ["folder"]


def test_a_working_folder_is_gone_afterwards(tmp_path):
    with pytest.raises(ValueError, match="stop"), working_folder(tmp_path / "new" / "x") as folder:
        assert folder.is_dir() and names(folder) == []
        assert folder.is_relative_to(tmp_path / "new")
        (folder / "file").touch()
        raise ValueError("stop")
    assert names(tmp_path / "new") == []


def test_what_a_killed_process_left_is_removed_by_the_next_that_writes_there(writer, tmp_path):
    [left] = tmp_path.iterdir()
    assert (left / "whole" / "part").is_file()
    writer.kill()
    writer.wait()
    assert left.exists()
    write_text(tmp_path / "whole", "text")
    assert names(tmp_path) == ["whole"]


def test_what_a_living_process_writes_is_left_alone(writer, tmp_path):
    [holder] = tmp_path.iterdir()
    write_text(tmp_path / "other", "text")
    assert names(tmp_path) == sorted([holder.name, "other"])
    writer.communicate("")
    assert writer.returncode == 0
    assert names(tmp_path) == ["other", "whole"]
    assert (tmp_path / "whole" / "part").read_text() == "new"


def test_what_another_host_writes_is_left_alone(writer, tmp_path):
    [left] = tmp_path.iterdir()
    writer.kill()
    writer.wait()
    (left / OWNER).write_text("another host")
    write_text(tmp_path / "whole", "text")
    assert names(tmp_path) == sorted([left.name, "whole"])


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("plain/below.txt", "plain: (File exists|Not a directory)"),
        ("x" * 300, "name too long|not be longer"),
        ("/proc/nowhere/x", "/proc/nowhere/x: cannot be written"),
        ("/dev/null", "/dev/null: is a device or alike"),
    ],
)
def test_where_nothing_can_be_written_is_named(tmp_path, path, words):
    (tmp_path / "plain").write_text("a file")
    with pytest.raises(FS2Error, match=words):
        write_text(tmp_path / path, "text")
    with pytest.raises(FS2Error, match=path[:20]):
        check_writable(tmp_path / path)


def test_whether_a_file_can_be_written_leaves_nothing(tmp_path):
    check_writable(tmp_path / "deep" / "deeper" / f"{'x' * 250}.wav")
    assert list(tmp_path.iterdir()) == []
    write_text(tmp_path / f"{'x' * 250}.wav", "and it can")
    with pytest.raises(FS2Error, match="is a folder"):
        check_writable(tmp_path)


@pytest.mark.parametrize(
    "failure",
    [OSError(errno.ENOSPC, "No space left on device"), RuntimeError("basic_ios::clear")],
)
def test_a_full_disk_is_called_so(tmp_path, monkeypatch, failure):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=0))
    with (
        pytest.raises(FS2Error, match=r"model\.pt: .*(N|n)o space"),
        atomic_path(tmp_path / "model.pt"),
    ):
        raise failure
    assert list(tmp_path.iterdir()) == []


def test_what_has_nothing_to_do_with_the_disk_passes(tmp_path):
    for failure in (OSError("not a gzip file"), RuntimeError("shapes"), ValueError()):
        with pytest.raises(type(failure)), atomic_path(tmp_path / "x"):
            raise failure
