"""Where stores are, how they are made and opened, and what is said of those that cannot be."""

import logging
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fs2 import tracking
from fs2.config.tracking import Tracking
from fs2.errors import FS2Error
from fs2.systems.catalogue import Catalogue
from fs2.tracking.address import artifact_folder, lock_file, masked, sqlite_file, tracking_uri
from fs2.tracking.start import OFF
from fs2.tracking.store import open_store

SECRET = "postgresql://someone:p%40ss/w@rd@127.0.0.1:{port}/records?password=hunter2"

BEGIN = """
import sys
from fs2 import tracking
from fs2.systems.catalogue import Catalogue
catalogue = Catalogue({"tracking": {"uri": sys.argv[1]}})
with tracking.stage(catalogue, "text") as run:
    run.metrics({"clips": 1})
assert run.run_id
"""


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    """An empty working directory, and an environment that says nothing of MLflow."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.setenv(OFF, "")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A store of the tables alone."""
    file = tmp_path_factory.mktemp("made") / "mlflow.db"
    open_store(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="module")
def free_port():
    """A port of this machine that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def catalogue_of(uri):
    return Catalogue({"tracking": {"uri": uri}})


def test_the_configuration_comes_before_the_environment_before_the_default(monkeypatch):
    assert tracking_uri(Tracking()) == f"sqlite:///{Path('results/mlflow/mlflow.db').resolve()}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://there:5000")
    assert tracking_uri(Tracking()) == "http://there:5000"
    assert tracking_uri(Tracking(uri="sqlite:///own.db")) == "sqlite:///own.db"


@pytest.mark.parametrize(
    ("uri", "folder"),
    [
        ("sqlite:////data/runs.db", "/data/artifacts"),
        ("sqlite:///here/runs.db", "here/artifacts"),
        ("sqlite+pysqlite:///here/runs.db?timeout=3", "here/artifacts"),
        ("postgresql://host/runs", "results/mlflow/artifacts"),
        ("postgresql+psycopg2://host/runs", "results/mlflow/artifacts"),
        ("mysql+pymysql://host/runs", "results/mlflow/artifacts"),
        ("https://host", None),
    ],
)
def test_files_of_a_database_lie_beside_it_or_under_results(uri, folder):
    assert artifact_folder(uri) == (Path(folder).resolve().as_uri() if folder else None)


def test_the_lock_lies_beside_an_sqlite_file():
    assert lock_file("sqlite:////data/runs.db") == Path("/data/runs.db.lock")
    assert lock_file("postgresql://host/runs") == Path("results/mlflow/store.lock")
    assert sqlite_file("http://host/sqlite:///x") is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://a:b@host/c", "postgresql://***@host/c"),
        ("http://token@host:5000", "http://***@host:5000"),
        ("x postgresql+psycopg2://a:b@c/d@host/c y", "x postgresql+psycopg2://***@host/c y"),
        ("mysql://host/a?password=b&charset=utf8", "mysql://host/a?password=***&charset=utf8"),
        ("sqlite:////home/me@work/runs.db", "sqlite:////home/me@work/runs.db"),
        ("http://host:5000/a", "http://host:5000/a"),
    ],
)
def test_passwords_are_masked(text, shown):
    assert masked(text) == shown


def test_a_store_is_made_whole_and_leaves_nothing_else(made):
    assert sorted(path.name for path in made.parent.iterdir()) == ["mlflow.db"]
    with sqlite3.connect(made) as database:
        [(location,)] = database.execute("SELECT artifact_location FROM experiments")
    assert location.startswith((made.parent / "artifacts").as_uri())


@pytest.mark.slow
def test_a_process_killed_while_the_store_gets_its_tables_leaves_none(tmp_path):
    file = tmp_path / "store" / "runs.db"
    for tables in (1, 20):
        job = subprocess.Popen([sys.executable, "-c", BEGIN, f"sqlite:///{file}"])
        deadline = time.monotonic() + 120
        while tables_of(tmp_path) < tables and time.monotonic() < deadline:
            time.sleep(0.005)
        os.kill(job.pid, signal.SIGKILL)
        job.wait()
        assert not file.exists()
    open_store(f"sqlite:///{file}")
    assert [path.name for path in file.parent.glob("runs.db")] == ["runs.db"]


def tables_of(folder):
    """Most tables of a store that is being made below a folder."""
    return max(map(count_tables, folder.glob("store/.*/runs.db")), default=0)


def count_tables(file):
    try:
        with sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True) as database:
            return database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except sqlite3.Error:
        return 0


def broken(file, made):
    """A store as a process leaves it that was killed in the middle of MLflow's migrations."""
    shutil.copy(made, file)
    with sqlite3.connect(file) as database:
        database.execute("DELETE FROM alembic_version")
        database.execute("DROP TABLE logged_model_metrics")


def foreign(file, made=None):
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE recipes (id INTEGER PRIMARY KEY)")


def no_database(file, made):
    file.write_text("This is a text, and not a short one: it fills the header of a database." * 9)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (broken, "the store is broken .*; move this file away, and a new store is made"),
        (no_database, "the store is broken .*not a database.*; move this file away"),
        (foreign, "the database of another program"),
    ],
)
def test_the_start_says_once_that_a_store_is_broken_and_what_to_do(
    spoil, words, made, tmp_path, caplog
):
    file = tmp_path / f"{spoil.__name__}.db"
    spoil(file, made)
    before = file.read_bytes()
    catalogue = catalogue_of(f"sqlite:///{file}")
    said = tracking.begin_recording(catalogue.base.tracking)
    assert said.startswith("MLflow: this run is not recorded.")
    assert "\n" not in said
    with pytest.raises(FS2Error, match=words):
        raise FS2Error(said)
    with caplog.at_level(logging.INFO), tracking.stage(catalogue, "text") as run:
        assert not run.active
    assert [record.levelname for record in caplog.records] == ["INFO"]
    if spoil is not broken:
        assert file.read_bytes() == before


def test_an_empty_file_becomes_a_store(tmp_path):
    file = tmp_path / "runs.db"
    file.touch()
    said = tracking.begin_recording(Tracking(uri=f"sqlite:///{file}"))
    assert said == f"MLflow: this run is recorded in sqlite:///{file}; make ui shows it"
    assert not os.environ.get(OFF)


def test_that_recording_is_off_is_said_at_the_start(tmp_path):
    said = tracking.begin_recording(Tracking(enabled=False))
    assert said == "MLflow: this run is not recorded (tracking.enabled is false)"
    assert not list(tmp_path.iterdir())


def test_a_database_that_does_not_answer_shows_no_password(free_port, tmp_path, caplog):
    catalogue = catalogue_of(SECRET.format(port=free_port))
    said = tracking.begin_recording(catalogue.base.tracking)
    os.environ[OFF] = ""
    with tracking.stage(catalogue, "text"):
        pass
    with pytest.raises(FS2Error) as failure:
        tracking.read_evaluations(catalogue.base.tracking.uri)
    for text in (said, caplog.text, str(failure.value)):
        assert "postgresql://***@127.0.0.1" in text
        assert not any(secret in text for secret in ("someone", "p%40ss", "w@rd", "hunter2"))


def test_a_missing_driver_is_named_with_its_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    with socket.create_server(("127.0.0.1", 0)) as server:
        uri = f"postgresql://user@127.0.0.1:{server.getsockname()[1]}/records"
        said = tracking.begin_recording(Tracking(uri=uri))
    assert said.endswith("needs psycopg2, which is not installed; pip install psycopg2-binary")


def test_reading_makes_no_store_and_changes_none(made, tmp_path):
    foreign(tmp_path / "recipes.db")
    for uri, words in (
        ("sqlite:///typo.db", "typo.db: no such file"),
        (f"sqlite:///{tmp_path}/recipes.db", "the database of another program"),
        (f"sqlite:///{made}", "has no experiment 'fastspeech2'"),
        ("nonsense://x", "cannot be opened"),
    ):
        with pytest.raises(FS2Error, match=words):
            tracking.read_evaluations(uri)
    assert [path.name for path in tmp_path.iterdir()] == ["recipes.db"]


def test_a_full_disk_is_no_broken_store(made, tmp_path, monkeypatch):
    file = shutil.copy(made, tmp_path / "runs.db")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mlflow.MlflowClient", full)
    said = tracking.begin_recording(Tracking(uri=f"sqlite:///{file}"))
    assert "No space left on device" in said
    assert "is broken" not in said
