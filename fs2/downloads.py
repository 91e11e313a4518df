"""Resumable downloads."""

import http.client
import logging
import urllib.error
import urllib.request
from pathlib import Path

from tqdm import tqdm

from fs2.errors import FS2Error
from fs2.files import sha256

CHUNK = 1 << 20
TIMEOUT_SECONDS = 30

logger = logging.getLogger(__name__)


def download(url: str, target: Path, checksum: str | None = None, advice: str = "") -> Path:
    """Fetch `url` into the file `target` and return it; a finished file is not fetched again.

    Bytes are collected in `<target>.part`. A broken connection, or a later call, goes on where
    that file ends if the server can. `checksum` is the SHA-256 that the file must have.

    Raises FS2Error, which names the URL and repeats `advice` (what the user can do instead), if
    the server cannot be reached or the checksum is wrong; a damaged file is removed.
    """
    target = Path(target)
    if target.is_file():
        _verify(target, url, checksum, advice)
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    logger.info("downloading %s", url)
    finished = False
    while not finished:
        before = _size(part)
        try:
            finished = _fetch(url, part)
            problem = "the connection broke off"
        except urllib.error.HTTPError as error:
            problem = f"the server answers {error.code} {error.reason}"
        except urllib.error.URLError as error:
            problem = str(error.reason)
        except (OSError, http.client.HTTPException) as error:
            problem = str(error) or type(error).__name__
        if not finished and _size(part) <= before:  # as long as bytes arrive, go on asking
            raise FS2Error(f"{url}: cannot be downloaded ({problem}). {advice}".strip())
    _verify(part, url, checksum, advice)
    part.replace(target)
    return target


def _verify(path: Path, url: str, checksum: str | None, advice: str) -> None:
    if checksum and (found := sha256(path)) != checksum:
        path.unlink()
        raise FS2Error(
            f"{url}: {path} is damaged or has changed (SHA-256 {found}, expected {checksum}); "
            f"it was removed. {advice}".strip()
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _fetch(url: str, part: Path) -> bool:
    """Append to `part` what the server sends from its end on; whether that completes it."""
    start = _size(part)
    request = urllib.request.Request(url, headers={"User-Agent": "fs2"})
    if start:
        request.add_header("Range", f"bytes={start}-")
    try:
        response = urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        if error.code != 416 or not start:
            raise
        # Nothing lies beyond the end of the part: it is the whole file, or of another one.
        if error.headers.get("Content-Range", "").endswith(f"/{start}"):
            return True
        part.unlink()
        return _fetch(url, part)
    with response:
        if response.status != 206:
            start = 0
        length = response.headers.get("Content-Length")
        total = start + int(length) if length else None
        bar = tqdm(total=total, initial=start, unit="B", unit_scale=True, disable=None)
        with bar, open(part, "ab" if start else "wb") as file:
            while block := response.read(CHUNK):
                file.write(block)
                bar.update(len(block))
    return total is None or _size(part) == total
