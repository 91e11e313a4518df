import csv
import importlib.util
import json
import shutil
import sys

import h5py
import numpy as np
import pytest
import soundfile
from safetensors.numpy import load_file, save_file

STATISTICS = {"pitch_deviation": 0.25, "clips": 2}
HISTORY = [
    ("step", "split", "name", "value"),
    ("10", "train", "mel_loss", "5.5"),
    ("10", "train", "frames_per_second", "30560.2"),
    ("20", "validation", "pitch_deviation_loss", "0.25"),
]
REPORT = {
    "clips": 2,
    "set_aside": [{"id": "c", "reason": "too long: 25.4 s"}],
    "left_out": {"fewer than 3 words": 7, "a tone": 5},
    "details": {"version": "1", "model_sha256": "00"},
}
SPEED = {
    "clips": 1,
    "device": "one machine",
    "real_time_factor": {"median": 0.1},
    "by_clip": {"a": {"seconds": 0.1, "speech_seconds": 1.5}},
}


@pytest.fixture(scope="module")
def equality(repository):
    path = repository / "benchmarks" / "equality.py"
    spec = importlib.util.spec_from_file_location("equality", path)
    sys.modules["equality"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules["equality"]


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".json":
        path.write_text(json.dumps(content))
    elif path.suffix == ".csv":
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(content)
    else:
        path.write_text(content)


def edit_json(path, **changes):
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def replace(path, old, new):
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def flip_last_bit(array):
    """In place, of the array's last number."""
    array.reshape(-1)[-1:].view(np.uint8)[0] ^= 1


@pytest.fixture
def folders(tmp_path):
    """Two equal folders with a file of every kind."""
    first, second = tmp_path / "first", tmp_path / "second"
    write(first / "corpus/metadata.csv", [("id", "text"), ("a", "one"), ("b", "two")])
    write(first / "corpus/clips/.snakemake_timestamp", "")
    write(first / "corpus/report.json", REPORT)
    write(first / "alignment/textgrids/a.TextGrid", "xmin = 0\nxmax = 1\n")
    for clip in "ab":
        soundfile.write(first / f"corpus/clips/{clip}.wav", np.arange(9, dtype=np.int16), 22050)
    (first / "features").mkdir()
    with h5py.File(first / "features/features.h5", "w") as file:
        file["mel"] = np.linspace(-1, 1, 6, dtype=np.float32).reshape(3, 2)
        file["pitch_deviation"] = np.array([0.5, np.nan], np.float32)
        file["id"] = ["a", "ä"]
        file.attrs["statistics"] = json.dumps(STATISTICS)
        file.attrs["symbols"] = json.dumps(["sil", "AA0"])
        file.attrs["versions"] = "{}"
    write(first / "training/x/history.csv", HISTORY)
    tensors = {"out.mel_deviation": np.ones(3, np.float32), "out.scale": np.float32(2) * np.eye(2)}
    save_file(tensors, first / "training/x/model.safetensors")
    write(first / "evaluation/x/metrics.json", {"pitch_dtw": {"value": 39.5, "clips": 2}})
    write(first / "evaluation/x/speed.json", SPEED)
    header, cells = ("system", "training_hours", "times_real_time", "pitch"), ("x", "1", "9", "3.5")
    write(first / "tables/table2.csv", [header, cells])
    shutil.copytree(first, second)
    return first, second


@pytest.fixture
def run(equality, folders, capsys):
    """Compare the folders; the exit code, and what was printed."""

    def main(*options):
        code = equality.main([*map(str, folders), *options])
        return code, capsys.readouterr().out.splitlines()

    return main


def differing(lines):
    """The rows of the table that are not equal, as cells."""
    cells = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    return [row for row in cells[1:] if not row[2].startswith("equal")]


def test_equal_folders(run):
    code, lines = run("--all")
    assert code == 0
    assert lines == [
        "| file | compared | result |",
        "|---|---|---|",
        "| alignment/textgrids/a.TextGrid | bytes | equal |",
        "| corpus/metadata.csv | bytes | equal |",
        "| corpus/report.json | 5 values | equal |",
        "| corpus/clips/*.wav | 2 files, bytes | equal |",
        "| evaluation/x/metrics.json | 2 values | equal |",
        "| evaluation/x/speed.json | 2 values | equal |",
        "| features/features.h5 | 7 values | equal |",
        "| tables/table2.csv | 3 values | equal |",
        "| training/x/history.csv | 6 values | equal |",
        "| training/x/model.safetensors | 2 tensors | equal |",
        "",
        "11 files compared, differences: 0",
    ]


def test_one_bit_of_a_tensor(run, folders):
    path = folders[1] / "training/x/model.safetensors"
    tensors = load_file(path)
    flip_last_bit(tensors["out.mel_deviation"])
    save_file(tensors, path)
    code, lines = run()
    assert code == 1
    result = "out.mel_deviation: 1 of 3 values, by up to 1.19e-07"
    assert differing(lines) == [["training/x/model.safetensors", "2 tensors", result]]
    assert lines[-1] == "11 files compared, differences: 1"


def test_one_bit_of_a_data_set(run, folders):
    with h5py.File(folders[1] / "features/features.h5", "r+") as file:
        mel = file["mel"][()]
        flip_last_bit(mel)
        file["mel"][...] = mel
    code, lines = run()
    assert code == 1
    result = "mel: 1 of 6 values, by up to 1.19e-07"
    assert differing(lines) == [["features/features.h5", "7 values", result]]


def test_last_digit_of_a_cell(run, folders):
    replace(folders[1] / "training/x/history.csv", "5.5", "5.500000000000001")
    code, lines = run()
    assert code == 1
    result = "10, train, mel_loss, value: 5.5 and 5.500000000000001, by up to 8.88e-16"
    assert differing(lines) == [["training/x/history.csv", "6 values", result]]


def test_largest_difference_first_and_all_on_request(run, folders):
    replace(folders[1] / "training/x/history.csv", "5.5", "5.75")
    replace(folders[1] / "training/x/history.csv", "0.25", "2.25")
    code, lines = run("--all")
    large = "20, validation, pitch_deviation_loss, value: 0.25 and 2.25, by up to 2"
    small = "10, train, mel_loss, value: 5.5 and 5.75, by up to 0.25"
    assert code == 1
    assert [row[2] for row in differing(lines)] == [f"2 differ, most: {large}"]
    assert lines[-3:-1] == [f"training/x/history.csv: {text}" for text in (large, small)]


def test_a_row_that_comes_twice_is_seen(run, folders):
    path = folders[1] / "training/x/history.csv"
    path.write_text(path.read_text() + "10,train,mel_loss,5.5\r\n")
    code, lines = run()
    assert code == 1
    result = "10, train, mel_loss, value #2: only on the second side"
    assert [row[2] for row in differing(lines)] == [result]


def test_samples_and_bytes_of_a_wav(run, folders):
    samples = np.arange(9, dtype=np.int16)
    samples[4] += 3
    soundfile.write(folders[1] / "corpus/clips/b.wav", samples, 22050)
    code, lines = run("--all")
    assert code == 1
    assert [row[0] for row in differing(lines)] == ["corpus/clips/b.wav"]
    assert "| corpus/clips/a.wav | bytes | equal |" in lines
    assert "corpus/clips/b.wav: samples: 1 of 9 values, by up to 3" in lines
    assert "corpus/clips/b.wav: bytes: 1 of 62 values, by up to 3" in lines


def test_text_is_compared_as_bytes(run, folders):
    replace(folders[1] / "alignment/textgrids/a.TextGrid", "xmax = 1", "xmax = 1.0")
    code, lines = run()
    assert code == 1
    result = """line 2: "b'xmax = 1'" and "b'xmax = 1.0'\""""
    assert [row[2] for row in differing(lines)] == [result]


def test_texts_and_attributes_of_features(run, folders):
    with h5py.File(folders[1] / "features/features.h5", "r+") as file:
        file["id"][1] = "o"
        file.attrs["statistics"] = json.dumps(STATISTICS | {"clips": 3})
    code, lines = run("--all")
    assert code == 1
    assert lines[-3:-1] == [
        "features/features.h5: statistics.clips: 2.0 and 3.0, by up to 1",
        "features/features.h5: id: 1 of 2 values",
    ]


def test_times_versions_and_words_of_reasons_do_not_count(run, folders):
    second = folders[1]
    replace(second / "training/x/history.csv", "30560.2", "1.5")
    replace(second / "tables/table2.csv", "x,1,9,3.5", "x,2,8,3.5")
    speed = {"a": {"seconds": 7.0, "speech_seconds": 1.5}}
    edit_json(second / "evaluation/x/speed.json", device="another", by_clip=speed)
    edit_json(second / "evaluation/x/metrics.json", real_time_factor={"median": 1.0})
    edit_json(
        second / "corpus/report.json",
        set_aside=[{"id": "c", "reason": "longer than 8 s"}],
        left_out={"under 3 words": 7, "only a tone": 5},
        details={"version": "2", "model_sha256": "11"},
    )
    with h5py.File(second / "features/features.h5", "r+") as file:
        file.attrs["versions"] = '{"h5py": "9"}'
    code, lines = run()
    assert (code, differing(lines)) == (0, [])


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("evaluation/x/speed.json", '"speech_seconds": 1.5', '"speech_seconds": 1.6'),
        ("tables/table2.csv", "3.5", "3.6"),
        ("corpus/report.json", '"id": "c"', '"id": "d"'),
        ("corpus/report.json", "7", "8"),
        ("evaluation/x/metrics.json", "39.5", "NaN"),
    ],
)
def test_what_stands_beside_them_counts(run, folders, file, old, new):
    replace(folders[1] / file, old, new)
    code, lines = run()
    assert (code, [row[0] for row in differing(lines)]) == (1, [file])


def rename_all(second):
    """What a version with other names would have written."""
    replace(second / "training/x/history.csv", "pitch_deviation_loss", "pitch_std_loss")
    report = (second / "corpus/report.json").read_text()
    report = report.replace("set_aside", "excluded").replace("left_out", "not_selected")
    (second / "corpus/report.json").write_text(report)
    with h5py.File(second / "features/features.h5", "r+") as file:
        file.move("pitch_deviation", "pitch_std")
        file.attrs["statistics"] = json.dumps({"pitch_std": 0.25, "clips": 2})
    path = second / "training/x/model.safetensors"
    tensors = load_file(path)
    tensors["out.mel_std"] = tensors.pop("out.mel_deviation")
    save_file(tensors, path)


RENAMED = ["pitch_deviation=pitch_std", "pitch_deviation_loss=pitch_std_loss"]
RENAMED += ["set_aside=excluded", "left_out=not_selected"]


def test_renamed_names(run, folders):
    rename_all(folders[1])
    options = [f"--renamed={pair}" for pair in RENAMED]
    code, lines = run(*options, "--renamed=mel_deviation=mel_std")
    assert (code, differing(lines)) == (0, [])
    assert "| training/x/model.safetensors | 2 tensors | equal |" in lines
    code, lines = run(*options)  # tensors are found by what they hold
    assert (code, differing(lines)) == (0, [])
    assert "| training/x/model.safetensors | 2 tensors | equal, 1 names differ |" in lines


def test_without_renames_the_names_differ(run, folders):
    rename_all(folders[1])
    code, lines = run("--all")
    files = ["corpus/report.json", "features/features.h5", "training/x/history.csv"]
    assert (code, [row[0] for row in differing(lines)]) == (1, files)
    assert "features/features.h5: pitch_deviation: only on the first side" in lines
    assert "features/features.h5: pitch_std: only on the second side" in lines


def test_a_renamed_tensor_with_another_content_differs(run, folders):
    rename_all(folders[1])
    path = folders[1] / "training/x/model.safetensors"
    tensors = load_file(path)
    flip_last_bit(tensors["out.mel_std"])
    save_file(tensors, path)
    _, lines = run("--all")
    assert "training/x/model.safetensors: out.mel_deviation: only on the first side" in lines
    assert "training/x/model.safetensors: out.mel_std: only on the second side" in lines


def test_a_file_on_one_side(run, folders):
    (folders[1] / "corpus/clips/b.wav").unlink()
    row = ["corpus/clips/b.wav", "nothing", "only on the first side"]
    code, lines = run()
    assert (code, differing(lines)) == (1, [row])
    code, lines = run("--common")
    assert (code, differing(lines)) == (0, [row])
    assert lines[-1] == "10 files compared, differences: 0"


def test_a_stage_on_one_side(run, folders):
    shutil.rmtree(folders[0] / "training")
    row = ["training", "nothing", "only on the second side"]
    code, lines = run()
    assert (code, differing(lines)) == (1, [row])
    code, lines = run("--common")
    assert (code, differing(lines)) == (0, [row])


def test_a_broken_file_is_a_difference(run, folders):
    path = folders[1] / "training/x/model.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    code, lines = run("--common")
    assert (code, [row[0] for row in differing(lines)]) == (1, ["training/x/model.safetensors"])
    assert differing(lines)[0][2].startswith("cannot be read: ")


def test_nothing_to_compare_is_not_equal(equality, tmp_path, capsys):
    assert equality.main([str(tmp_path), str(tmp_path), "--common"]) == 1
    assert capsys.readouterr().out.endswith("0 files compared, differences: 0\n")
    with pytest.raises(SystemExit, match="2"):
        equality.main([str(tmp_path), str(tmp_path / "none")])
    assert "none" in capsys.readouterr().err
