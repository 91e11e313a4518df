import io
import random
import tarfile
from pathlib import Path

import pytest

from fs2 import archives
from fs2.archives import UnpackingLimits, extract, read_archive
from fs2.errors import FS2Error


def make_archive(path: Path, *members: tuple[str, bytes | str], kind: bytes = b"") -> Path:
    """A tar of (name, contents), or of links of `kind` from name to target."""
    with tarfile.open(path, f"w:{path.suffix[1:]}") as tar:
        for name, value in members:
            info = tarfile.TarInfo(name)
            if isinstance(value, str):
                info.type, info.linkname = kind, value
                tar.addfile(info)
            else:
                info.size = len(value)
                tar.addfile(info, io.BytesIO(value))
    return path


@pytest.mark.parametrize("suffix", ["gz", "bz2", "xz"])
def test_an_archive_is_unpacked(tmp_path: Path, suffix: str) -> None:
    archive = make_archive(tmp_path / f"a.{suffix}", ("top/a", b"1"), ("top/sub/b", b"2"))
    folder = extract(archive, tmp_path / "out")
    assert (folder / "top" / "a").read_bytes() == b"1"
    assert (folder / "top" / "sub" / "b").read_bytes() == b"2"


@pytest.mark.parametrize("name", ["../evil", "top/../../evil", "/tmp/fs2-evil"])
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    archive = make_archive(tmp_path / "a.gz", ("good", b"1"), (name, b"2"))
    with pytest.raises(FS2Error, match="leads out"):
        extract(archive, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["a.gz"]
    assert not Path("/tmp/fs2-evil").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused(tmp_path: Path, kind: bytes) -> None:
    archive = make_archive(tmp_path / "a.gz", ("link", "/etc/passwd"), kind=kind)
    with pytest.raises(FS2Error, match="link or a device"):
        extract(archive, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["a.gz"]


@pytest.mark.parametrize("suffix", ["gz", "bz2", "xz"])
def test_a_damaged_archive_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    archive = make_archive(tmp_path / f"a.{suffix}", ("big", bytes(range(256)) * 500))
    archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    with pytest.raises(FS2Error, match="damaged"):
        extract(archive, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == [archive.name]


def test_a_file_that_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_text("plain text")
    with pytest.raises(FS2Error, match="no tar archive"):
        extract(tmp_path / "a.tar", tmp_path / "out")


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.parametrize("suffix", ["gz", "bz2", "xz"])
def test_one_flipped_bit_is_noticed(tmp_path: Path, suffix: str) -> None:
    """Whatever is accepted has the contents of the undamaged archive."""
    noise = random.Random(0)
    members = [(f"top/wavs/c{i}.wav", noise.randbytes(700)) for i in range(12)]
    good = make_archive(tmp_path / f"good.{suffix}", *members).read_bytes()
    bad = tmp_path / f"bad.{suffix}"
    accepted = 0
    for trial in range(150):
        place = noise.randrange(len(good) * 8)
        damaged = bytearray(good)
        damaged[place // 8] ^= 1 << place % 8
        bad.write_bytes(damaged)
        try:
            folder = extract(bad, tmp_path / f"out{trial}")
        except FS2Error:
            continue
        accepted += 1
        assert contents(folder) == dict(members)
    assert accepted < 15  # the time and system in gzip's header, and the like


def test_a_damaged_header_is_not_taken_for_the_end(tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "a.tar", ("a", b"1" * 512), ("b", b"2"))
    content = bytearray(archive.read_bytes())
    content[1024 + 148] ^= 1
    archive.write_bytes(content)
    with pytest.raises(FS2Error, match="damaged"):
        extract(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_archive_without_its_end_is_damaged(tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "a.tar", ("a", b"1" * 512), ("b", b"2"))
    archive.write_bytes(archive.read_bytes()[:1024])
    with pytest.raises(FS2Error, match="damaged"):
        extract(archive, tmp_path / "out")


@pytest.mark.parametrize(
    ("limits", "advice"),
    [
        (UnpackingLimits(files=2, section="corpus"), "raise corpus.maximum_files, or unpack it"),
        (UnpackingLimits(2e-6, section="corpus"), "raise corpus.maximum_unpacked_gb, or unpack it"),
        (UnpackingLimits(files=2), "more than 2 files. If you trust it, unpack it yourself"),
        (UnpackingLimits(2e-6), "more than 2e-06 GB. If you trust it, unpack it yourself"),
    ],
)
def test_unpacking_is_limited(tmp_path: Path, limits: UnpackingLimits, advice: str) -> None:
    """The error names a key only where a key sets the limit."""
    archive = make_archive(tmp_path / "a.gz", *((name, b"x" * 1000) for name in "abc"))
    with pytest.raises(FS2Error, match=rf"a\.gz: refused, .*{advice}"):
        extract(archive, tmp_path / "out", limits)
    assert [path.name for path in tmp_path.iterdir()] == ["a.gz"]


@pytest.mark.parametrize("inside", [True, False])
def test_what_grows_beyond_reason_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: bool
) -> None:
    """Zeros in a file, or after the end of the archive."""
    monkeypatch.setattr(archives, "UNSUSPICIOUS", 10**6)
    archive = make_archive(tmp_path / "a.xz", ("zeros", bytes(5 * 10**6 if inside else 1)))
    if not inside:
        import lzma

        with lzma.open(archive, "ab") as file:
            file.write(bytes(5 * 10**6))
    with pytest.raises(FS2Error, match="200 times its own size"):
        extract(archive, tmp_path / "out")


@pytest.mark.parametrize("name", ["a\0b", "a/" + "n" * 300 + "/b", "n" * 300, "\u00e9" * 150])
def test_names_that_no_file_can_have_are_refused(tmp_path: Path, name: str) -> None:
    archive = make_archive(tmp_path / "a.gz", ("good", b"1"))
    with tarfile.open(archive, "w:gz", format=tarfile.PAX_FORMAT) as tar:
        info = tarfile.TarInfo("short")
        info.pax_headers = {"path": name}
        tar.addfile(info)
    with pytest.raises(FS2Error, match="a name that no file can have"):
        extract(archive, tmp_path / "out")


@pytest.mark.parametrize("names", [("a", "a"), ("a", "a/b"), ("a/b", "a")])
def test_two_entries_of_a_name(tmp_path: Path, names: tuple[str, str]) -> None:
    archive = make_archive(tmp_path / "a.gz", *((name, b"1") for name in names))
    with pytest.raises(FS2Error, match="there twice"):
        extract(archive, tmp_path / "out")


def test_a_path_that_is_too_long(tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "a.gz", ("d/" * 3000 + "a", b"1"))
    with pytest.raises(FS2Error, match="cannot be written"):
        extract(archive, tmp_path / "out")


def test_a_header_that_fills_the_memory_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.gz", "w:gz", format=tarfile.PAX_FORMAT) as tar:
        info = tarfile.TarInfo("short")
        info.pax_headers = {"comment": "x" * (2 * archives.LONGEST_HEADER)}
        tar.addfile(info)
    with pytest.raises(FS2Error, match="a header of"):
        extract(tmp_path / "a.gz", tmp_path / "out")


@pytest.mark.parametrize("start", [b"PK\3\4", b"PK\5\6", b"\x28\xb5\x2f\xfd", b"Rar!"])
def test_other_archives_are_named(tmp_path: Path, start: bytes) -> None:
    (tmp_path / "a").write_bytes(start + bytes(1000))
    with pytest.raises(FS2Error, match="Unpack it yourself"):
        extract(tmp_path / "a", tmp_path / "out")


def test_entries_can_be_read_one_by_one(tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "a.xz", ("a", b"1"), ("b", b""), ("c", b"3"))
    found = {str(name): b"".join(blocks or ()) for name, blocks in read_archive(archive)}
    assert found == {"a": b"1", "b": b"", "c": b"3"}


@pytest.mark.parametrize("name", ["PK01.wav", "PK\3\4", "Rar!", "BZh9.txt"])
def test_a_plain_archive_may_begin_with_any_name(tmp_path: Path, name: str) -> None:
    archive = make_archive(tmp_path / "a.tar", (name, b"1"))
    assert contents(extract(archive, tmp_path / "out")) == {name: b"1"}
