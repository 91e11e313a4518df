import hashlib

import pytest

from fs2.errors import FS2Error
from fs2.evaluation import words
from fs2.packages import package_folder, package_weights

KEY = "evaluation.mos"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An importable package with weights, and what they should be."""
    folder = tmp_path / "own_network"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise ImportError('never imported')")
    (folder / "weights.bin").write_bytes(b"weights")
    monkeypatch.syspath_prepend(tmp_path)
    return folder, {"weights.bin": hashlib.sha256(b"weights").hexdigest()}


def test_missing_package_names_the_key_that_does_without():
    with pytest.raises(FS2Error, match=r"no_such_package.*evaluation\.mos: false"):
        package_folder("no_such_package", KEY)


def test_known_weights_are_found_without_an_import(package):
    folder, checksums = package
    assert package_weights("own_network", checksums, KEY) == folder


def test_other_weights_are_named_with_the_remedy(package):
    folder, checksums = package
    (folder / "weights.bin").write_bytes(b"Weights")
    with pytest.raises(FS2Error, match=r"weights\.bin: .*install the package own_network again.*"):
        package_weights("own_network", checksums, KEY)
    (folder / "weights.bin").unlink()
    with pytest.raises(FS2Error, match=r"weights\.bin: .*missing.*evaluation\.mos: false"):
        package_weights("own_network", checksums, KEY)


def test_whisper_of_the_environment_is_checked(package, monkeypatch):
    monkeypatch.setattr(
        words,
        "package_weights",
        lambda name, *_: package_weights("own_network", {"model/model.bin": "0" * 64}, words.KEY),
    )
    with pytest.raises(FS2Error, match=r"model\.bin: .*evaluation\.word_error_rate: false"):
        words.load_recogniser(None, 1)
