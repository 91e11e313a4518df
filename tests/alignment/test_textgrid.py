import io
import tarfile

import pytest
import tgt
from hypothesis import given
from hypothesis import strategies as st

from fs2.alignment.textgrid import (
    ClipError,
    Interval,
    TextGrid,
    collect_textgrids,
    read_textgrid,
    write_textgrid,
)
from fs2.errors import FS2Error

GRID = TextGrid(
    (Interval(0.0, 0.5, ""), Interval(0.5, 1.0, "he"), Interval(1.0, 1.25, "")),
    (
        Interval(0.0, 0.5, ""),
        Interval(0.5, 0.7, "HH"),
        Interval(0.7, 1.0, "IY1"),
        Interval(1.0, 1.25, ""),
    ),
    1.25,
)


def test_written_textgrid_is_read_back_by_us_and_by_tgt(tmp_path):
    path = tmp_path / "a.TextGrid"
    write_textgrid(path, GRID)
    assert read_textgrid(path) == GRID
    theirs = tgt.io.read_textgrid(path, include_empty_intervals=True)
    assert [tier.name for tier in theirs.tiers] == ["words", "phones"]
    assert [i.text for i in theirs.get_tier_by_name("phones").intervals] == ["", "HH", "IY1", ""]


@given(
    st.lists(st.tuples(st.sampled_from(["", "T", 'quo"te', "é"]), st.integers(1, 9)), min_size=1)
)
def test_any_labels_survive_writing(tmp_path_factory, parts):
    now, tier = 0, []
    for label, length in [*parts, ("T", 1)]:
        if tier and not label and not tier[-1].label:
            continue
        tier.append(Interval(now / 4, (now + length) / 4, label))
        now += length
    grid = TextGrid(tuple(tier), tuple(tier), now / 4)
    path = tmp_path_factory.mktemp("grids") / "x.TextGrid"
    write_textgrid(path, grid)
    assert read_textgrid(path) == grid


def test_short_format_silence_labels_and_gaps(tmp_path):
    grid = tgt.core.TextGrid()
    words, phones = (tgt.core.IntervalTier(0, 3, name) for name in ("words", "phones"))
    words.add_interval(tgt.core.Interval(1, 2, "a"))
    for start, end, label in ((0, 0.9, "sil"), (1, 2, "AH0"), (2, 2.5, "sp"), (2.5, 3, "sil")):
        phones.add_interval(tgt.core.Interval(start, end, label))
    grid.add_tiers([words, phones])
    path = tmp_path / "a.TextGrid"
    path.write_text(tgt.io.export_to_short_textgrid(grid), encoding="utf-8")
    read = read_textgrid(path)
    assert [tuple(p) for p in read.phones] == [(0, 1, ""), (1, 2, "AH0"), (2, 3, "")]
    assert [tuple(w) for w in read.words] == [(0, 1, ""), (1, 2, "a"), (2, 3, "")]
    assert read.end == 3


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda text: "", "not a readable TextGrid"),
        (lambda text: "\x00\x01", "not a readable TextGrid"),
        (lambda text: text[: len(text) // 2], "not a readable TextGrid|no interval tier"),
        (
            lambda text: text.replace('name = "phones"', 'name = "phone"'),
            "no interval tier 'phones'",
        ),
        (lambda text: text.replace("xmin = 0.7", "xmin = 0.6"), "not a readable|out of order"),
        (lambda text: text.replace("xmax = 0.700000", "xmax = half"), "not a readable TextGrid"),
        (lambda text: text.replace("HH", "").replace("IY1", "sp"), "nothing but silence"),
    ],
)
def test_broken_textgrid_is_named(tmp_path, damage, message):
    path = tmp_path / "broken.TextGrid"
    write_textgrid(path, GRID)
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(ClipError, match=f"broken.TextGrid: .*({message})"):
        read_textgrid(path)


def test_file_that_is_no_text(tmp_path):
    path = tmp_path / "binary.TextGrid"
    path.write_bytes(bytes(range(256)))
    with pytest.raises(ClipError, match=r"binary.TextGrid: not a readable"):
        read_textgrid(path)


def make_archive(path, members):
    with tarfile.open(path, "w:*" if path.suffix == ".tar" else f"w:{path.suffix[1:]}") as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            if content is None:
                info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
                archive.addfile(info)
            else:
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))


@pytest.mark.parametrize("suffix", [".tar.xz", ".tar.gz", ".tar.bz2"])
def test_archives_with_nested_folders(tmp_path, suffix):
    source = tmp_path / f"grids{suffix}"
    make_archive(source, [("a/b/one.TextGrid", b"1"), ("two.TextGrid", b"2"), ("read.me", b"")])
    found = collect_textgrids(source, tmp_path / "unpacked")
    assert {name: path.read_bytes() for name, path in found.items()} == {"one": b"1", "two": b"2"}


def test_hostile_archive_stays_in_its_folder(tmp_path):
    source = tmp_path / "grids.tar.gz"
    members = [("../../evil.TextGrid", b"x"), ("/abs.TextGrid", b"y"), ("link.TextGrid", None)]
    make_archive(source, members)
    found = collect_textgrids(source, tmp_path / "deep" / "unpacked")
    assert {p.parent for p in found.values()} == {tmp_path / "deep" / "unpacked"}
    assert sorted(found) == ["abs", "evil"]
    assert sorted(p.name for p in tmp_path.rglob("*.TextGrid")) == ["abs.TextGrid", "evil.TextGrid"]


def test_folder_archive_and_their_errors(tmp_path):
    folder = tmp_path / "folder"
    (folder / "LJ").mkdir(parents=True)
    with pytest.raises(FS2Error, match=r"holds no .TextGrid file"):
        collect_textgrids(folder, tmp_path / "u")
    (folder / "LJ" / "a.TextGrid").touch()
    assert collect_textgrids(folder, tmp_path / "u") == {"a": folder / "LJ" / "a.TextGrid"}
    (folder / "a.TextGrid").touch()
    with pytest.raises(FS2Error, match="a second TextGrid of that name"):
        collect_textgrids(folder, tmp_path / "u")
    with pytest.raises(FS2Error, match=r"nowhere: no such folder or archive"):
        collect_textgrids(tmp_path / "nowhere", tmp_path / "u")
    (tmp_path / "broken.tar.xz").write_bytes(b"no archive")
    with pytest.raises(FS2Error, match=r"broken.tar.xz: not a readable tar archive"):
        collect_textgrids(tmp_path / "broken.tar.xz", tmp_path / "u")
    make_archive(tmp_path / "double.tar.gz", [("a/x.TextGrid", b""), ("b/x.TextGrid", b"")])
    with pytest.raises(FS2Error, match=r"double.tar.gz: two TextGrids"):
        collect_textgrids(tmp_path / "double.tar.gz", tmp_path / "v")
