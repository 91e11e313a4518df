import http.server
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from fs2.downloads import download
from fs2.errors import FS2Error
from fs2.files import sha256

CONTENT = bytes(range(256)) * 4000


class Server(http.server.ThreadingHTTPServer):
    """Serves CONTENT; `broken` answers end after that many bytes; `resumable` heeds Range."""

    broken: list[int]
    resumable: bool
    starts: list[int]


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        if self.path != "/file":
            self.send_error(404)
            return
        asked = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(asked[1]) if asked and self.server.resumable else 0
        self.server.starts.append(start)
        if start >= len(CONTENT):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(CONTENT)}")
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        end = start + self.server.broken.pop(0) if self.server.broken else len(CONTENT)
        self.wfile.write(CONTENT[start:end])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as running:
        running.broken, running.resumable, running.starts = [], True, []
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def address(server: Server, name: str = "file") -> str:
    return f"http://127.0.0.1:{server.server_address[1]}/{name}"


def test_broken_connections_are_resumed(server: Server, tmp_path: Path) -> None:
    server.broken = [1000, 500_000]
    target = download(address(server), tmp_path / "deep" / "file")
    assert target.read_bytes() == CONTENT
    assert server.starts == [0, 1000, 501_000]
    assert [path.name for path in target.parent.iterdir()] == ["file"]


def test_a_part_of_an_earlier_call_is_continued(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file.part").write_bytes(CONTENT[:4321])
    assert download(address(server), tmp_path / "file").read_bytes() == CONTENT
    assert server.starts == [4321]


def test_a_server_without_ranges_starts_over(server: Server, tmp_path: Path) -> None:
    server.resumable = False
    (tmp_path / "file.part").write_bytes(b"x" * 4321)
    assert download(address(server), tmp_path / "file").read_bytes() == CONTENT


@pytest.mark.parametrize("part", [CONTENT, CONTENT + b"too long"])
def test_a_part_that_is_whole_or_too_long(server: Server, tmp_path: Path, part: bytes) -> None:
    (tmp_path / "file.part").write_bytes(part)
    assert download(address(server), tmp_path / "file").read_bytes() == CONTENT


def test_a_finished_file_is_not_fetched_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    assert download(address(server), tmp_path / "file").read_bytes() == b"mine"
    assert server.starts == []


@pytest.mark.parametrize("there_already", [True, False])
def test_a_wrong_checksum_is_refused(server: Server, tmp_path: Path, there_already: bool) -> None:
    if there_already:
        (tmp_path / "file").write_bytes(b"damaged")
    with pytest.raises(FS2Error, match=r"SHA-256.*Do this"):
        download(address(server), tmp_path / "file", "0" * 64, "Do this instead.")
    assert list(tmp_path.iterdir()) == []


def test_the_right_checksum_is_accepted(server: Server, tmp_path: Path) -> None:
    (tmp_path / "same").write_bytes(CONTENT)
    download(address(server), tmp_path / "file", sha256(tmp_path / "same"))
    assert sha256(tmp_path / "file") == sha256(tmp_path / "same")


def test_errors_name_the_url_and_repeat_the_advice(server: Server, tmp_path: Path) -> None:
    with pytest.raises(FS2Error, match=r"/other: cannot be downloaded .*404.* Use a copy"):
        download(address(server, "other"), tmp_path / "file", advice="Use a copy.")
    nobody = "http://127.0.0.1:9/file"
    with pytest.raises(FS2Error, match=re.escape(nobody)):
        download(nobody, tmp_path / "file")
