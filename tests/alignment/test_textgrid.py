import io
import tarfile
from functools import partial
from itertools import pairwise

import pytest
import tgt
from hypothesis import given
from hypothesis import strategies as st

from fs2.alignment import praat, textgrid
from fs2.alignment.praat import ClipError, Interval
from fs2.alignment.textgrid import TextGrid, collect_textgrids, read_textgrid, write_textgrid
from fs2.archives import CHUNK, UnpackingLimits, read_archive
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


def damaged(path, damage):
    """A good file, its text changed by `damage`."""
    write_textgrid(path, GRID)
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    return path


def replace(old, new):
    """A change of the first `old`; it is an error of the test if there is none."""

    def change(text):
        assert old in text
        return text.replace(old, new, 1)

    return change


def phones(old, new):
    """A change in the second tier."""

    def change(text):
        words, name, tier = text.partition('name = "phones"')
        return words + name + replace(old, new)(tier)

    return change


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda text: "", "it ends before its type"),
        (lambda text: "\x00\x01", "a NUL character"),
        (lambda text: text[: len(text) // 2], "it ends before the"),
        (replace('name = "phones"', 'name = "phone"'), "no interval tier 'phones'.*words, phone"),
        (replace("ooTextFile", "ooBinaryFile"), "it begins with 'ooBinaryFile', 'TextGrid'"),
        (replace("<exists>", "<absent>"), "it has no tiers"),
        (replace("IntervalTier", "SpaceTier"), "tier 1 is of the unknown class 'SpaceTier'"),
        (
            phones("xmin = 0.7", "xmin = 0.6"),
            "interval 3 of tier 2 is from 0.6 to 1.0 s, after 0.7",
        ),
        (
            phones("xmin = 0.7", "xmin = 1.1"),
            "interval 3 of tier 2 is from 1.1 to 1.0 s.*out of order",
        ),
        (phones("xmax = 0.700000", "xmax = half"), '"HH" in place of the end of interval 2'),
        (
            phones("xmax = 0.700000", "xmax = nan"),
            "the end of interval 2 of tier 2 is nan, no time",
        ),
        (phones("xmax = 0.700000", "xmax = inf"), "is inf, no time"),
        (phones("xmax = 0.700000", "xmax = -inf"), "is -inf, no time"),
        (phones("xmax = 0.700000", "xmax = 1e308"), r"is 1e\+308, no time"),
        (
            phones("xmin = 0.500000", "xmin = -0.5"),
            "the start of interval 2 of tier 2 is -0.5, no time",
        ),
        (phones("xmax = 1.250000", "xmax = nan"), "the end of tier 2 is nan, no time"),
        (
            phones("xmax = 0.700000", "xmax = 0.500000"),
            "'HH' at 0.5 s in tier 'phones' has no length",
        ),
        (phones("xmax = 0.700000", "xmax = 1_000"), '"HH" in place of the end of interval 2'),
        (phones("xmax = 0.700000", "xmax = infinity"), '"HH" in place of the end of interval 2'),
        (phones("xmax = 0.700000", "xmax = \u0661"), '"HH" in place of the end of interval 2'),
        (phones("size = 4", "size = 3"), "0.0 in place of|1.000000 follows the last tier"),
        (replace("size = 3", "size = 2"), "1.000000 in place of the class of tier 2"),
        (phones("size = 4", "size = 5"), "it ends before the start of interval 5 of tier 2"),
        (phones("size = 4", "size = 1e300"), "it ends before the start of interval 5 of tier 2"),
        (phones("size = 4", "size = -2"), "the size of tier 2 is -2.0, no count"),
        (phones("size = 4", "size = 4.5"), "the size of tier 2 is 4.5, no count"),
        (phones("size = 4", "size = nan"), "the size of tier 2 is nan, no count"),
        (replace("size = 2", "size = -1"), "the number of tiers is -1.0, no count"),
        (replace("size = 2", "size = 999999999999"), "it ends before the class of tier 3"),
        (phones('"HH"', '"HH'), "it ends before the start of interval 4 of tier 2"),
        (phones('"HH"', "HH"), "in place of the label of interval 2"),
        (phones('"HH"', '"H\x00"'), "a NUL character"),
        (lambda text: text.replace("HH", "").replace("IY1", "sp"), "nothing but silence"),
    ],
)
def test_broken_textgrid_is_named(tmp_path, damage, message):
    path = damaged(tmp_path / "broken.TextGrid", damage)
    with pytest.raises(ClipError, match=f"broken.TextGrid: .*({message})"):
        read_textgrid(path)


def test_files_that_are_too_large_or_not_there(tmp_path, monkeypatch):
    path = damaged(tmp_path / "a.TextGrid", lambda text: text)
    monkeypatch.setattr(praat, "LARGEST_FILE", 100)
    with pytest.raises(ClipError, match=r"a.TextGrid: not a readable TextGrid \(larger than"):
        read_textgrid(path)
    with pytest.raises(ClipError, match=r"b.TextGrid: not a readable TextGrid \(.*No such file"):
        read_textgrid(tmp_path / "b.TextGrid")
    with pytest.raises(ClipError, match=r"not a readable TextGrid \(.*directory"):
        read_textgrid(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(tmp_path, encoding):
    path = tmp_path / "a.TextGrid"
    write_textgrid(path, GRID)
    text = path.read_text(encoding="utf-8").replace('"he"', '"hé"')
    path.write_text(text, encoding=encoding)
    assert [word.label for word in read_textgrid(path).words] == ["", "hé", ""]
    for other in ("latin-1", "utf-16-le"):
        path.write_text(text, encoding=other)
        with pytest.raises(ClipError, match="neither UTF-8 nor UTF-16"):
            read_textgrid(path)
    path.write_text(text.replace("é", "e"), encoding="utf-16-le")
    with pytest.raises(ClipError, match="a NUL character; UTF-16 begins with a byte order mark"):
        read_textgrid(path)


def test_labels_with_signs_of_the_format(tmp_path):
    """What stands in quotes is a label, whatever it looks like."""
    labels = ['"', "a = b", "<exists>", "xmin = 3", "5", "nan", "two\nlines", '""']
    tier = tuple(Interval(n, n + 1, label) for n, label in enumerate(labels))
    grid = TextGrid(tier, tier, len(labels))
    write_textgrid(tmp_path / "a.TextGrid", grid)
    assert read_textgrid(tmp_path / "a.TextGrid") == grid


def test_point_tiers_are_read_over(tmp_path):
    points = '    item [0]: class = "TextTier" name = "words" xmin = 0 xmax = 9 points: size = 2\n'
    points += '  points [1]: number = 0.5 mark = "x"\n  points [2]: number = 0.7 mark = "y"\n'

    def add(text):
        head, item, tail = text.partition("    item [1]:")
        return head.replace("size = 2", "size = 3") + points + item + tail

    assert read_textgrid(damaged(tmp_path / "a.TextGrid", add)) == GRID


PIECES = st.sampled_from(
    [
        *('"ooTextFile"', '"TextGrid"', "<exists>", '"IntervalTier"', '"TextTier"'),
        *('"words"', '"phones"', "0", "1", "2", "0.5", "-1", "nan", "inf", "1e308", "9" * 400),
        *('"he"', '"', '""', "xmin =", "\x00", "\ufeff", "\n"),
    ]
)


@given(
    st.one_of(
        st.binary(max_size=200),
        st.lists(PIECES, max_size=40).map(lambda pieces: " ".join(pieces).encode()),
    )
)
def test_any_file_is_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "any.TextGrid"
    path.write_bytes(content)
    try:
        read_textgrid(path)
    except ClipError as error:
        assert "any.TextGrid: " in str(error)


@given(st.data())
def test_any_change_of_a_good_file_is_read_or_refused(tmp_path_factory, data):
    """Of what is read, every phone has a length and begins where the one before ends."""
    path = tmp_path_factory.mktemp("changed") / "any.TextGrid"
    write_textgrid(path, GRID)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            content[place] = data.draw(st.integers(0, 255))
        else:
            end = data.draw(st.integers(place, min(place + 60, len(content))))
            content[place:end] = data.draw(PIECES).encode()
    path.write_bytes(bytes(content))
    try:
        grid = read_textgrid(path)
    except ClipError:
        return
    for tier in (grid.words, grid.phones):
        assert all(interval.end > interval.start for interval in tier)
        assert all(after.start == before.end for before, after in pairwise(tier))
        assert tier[0].start == 0


def test_time_grows_with_the_length(tmp_path):
    """3 MB of quotes and of words are read in linear time: quadratic would take hours."""
    for number, content in enumerate(('"' * 3_000_001, "word " * 600_000, '"a" ' * 750_000)):
        path = tmp_path / f"{number}.TextGrid"
        path.write_text(content)
        with pytest.raises(ClipError):
            read_textgrid(path)


def test_file_that_is_no_text(tmp_path):
    path = tmp_path / "binary.TextGrid"
    path.write_bytes(bytes(range(256)))
    with pytest.raises(ClipError, match=r"binary.TextGrid: not a readable"):
        read_textgrid(path)


def make_archive(path, members):
    with tarfile.open(path, f"w:{path.suffix[1:].removeprefix('tar')}") as archive:
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


@pytest.mark.parametrize("archived", [False, True])
def test_which_files_are_textgrids(tmp_path, archived):
    """In a folder and in an archive: whatever the capitals, and no hidden ones."""
    names = ["a.TextGrid", "b.textgrid", "sub/C.TEXTGRID", "._a.TextGrid", "sub/.TextGrid"]
    names += ["a.txt", "TextGrid", "aTextGrid"]
    source = tmp_path / "grids"
    for name in names:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(b"1")
    (source / "folder.TextGrid").mkdir()
    if archived:
        with tarfile.open(tmp_path / "grids.tar", "w") as archive:
            archive.add(source, "grids")
        source = tmp_path / "grids.tar"
    assert sorted(collect_textgrids(source, tmp_path / "unpacked")) == ["C", "a", "b"]


def test_an_entry_that_is_too_large_is_one_bad_clip(tmp_path):
    """It is written no further than is needed to refuse it."""
    source = tmp_path / "grids.tar"
    too_large = praat.LARGEST_FILE + 5 * CHUNK
    make_archive(source, [("a.TextGrid", bytes(too_large)), ("b.TextGrid", b"2")])
    found = collect_textgrids(source, tmp_path / "unpacked")
    assert found["a"].stat().st_size < too_large
    assert found["b"].read_bytes() == b"2"
    with pytest.raises(ClipError, match=r"a.TextGrid: not a readable TextGrid \(larger than 32 MB"):
        read_textgrid(found["a"])


def test_an_archive_of_too_many_files_names_no_key(tmp_path, monkeypatch):
    """The keys of the corpus do not hold for it."""
    limits = UnpackingLimits(files=1)
    monkeypatch.setattr(textgrid, "read_archive", partial(read_archive, limits=limits))
    make_archive(tmp_path / "grids.tar", [("a.TextGrid", b"1"), ("b.TextGrid", b"2")])
    with pytest.raises(FS2Error, match=r"more than 1 files. If you trust it, unpack it yourself"):
        collect_textgrids(tmp_path / "grids.tar", tmp_path / "unpacked")


@pytest.mark.parametrize("member", [("../../evil.TextGrid", b"x"), ("link.TextGrid", None)])
def test_hostile_archive_is_refused(tmp_path, member):
    source = tmp_path / "grids.tar.gz"
    make_archive(source, [("good.TextGrid", b""), member])
    with pytest.raises(FS2Error, match=r"grids\.tar\.gz: refused, its entry"):
        collect_textgrids(source, tmp_path / "deep" / "unpacked")
    assert [p.name for p in tmp_path.rglob("*.TextGrid")] == ["good.TextGrid"]


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
    with pytest.raises(FS2Error, match=r"broken.tar.xz: cannot be unpacked"):
        collect_textgrids(tmp_path / "broken.tar.xz", tmp_path / "u")
    make_archive(tmp_path / "double.tar.gz", [("a/x.TextGrid", b""), ("b/x.TextGrid", b"")])
    with pytest.raises(FS2Error, match=r"double.tar.gz: two TextGrids"):
        collect_textgrids(tmp_path / "double.tar.gz", tmp_path / "v")


@pytest.mark.parametrize("number", ["0.7", "+0.7", ".7", "7e-1", "7.E-1", "00.70"])
def test_numbers_as_they_are_written(tmp_path, number):
    other = replace("xmax = 0.700000", f"xmax = {number}")
    assert read_textgrid(damaged(tmp_path / "a.TextGrid", other)) == GRID


def test_words_of_a_comment_are_no_numbers(tmp_path):
    comment = replace("tiers? <exists>", "to infinity and 1_000 tiers? <exists>")
    assert read_textgrid(damaged(tmp_path / "a.TextGrid", comment)) == GRID
