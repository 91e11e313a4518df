import os
import subprocess
import time

import pytest

from fs2 import machine
from fs2.machine import (
    LoadMeter,
    core_count,
    git_commit,
    is_overloaded,
    load_words,
    machine_name,
    versions,
)


def load(average, own=1.0):
    return {"average": average, "cores": 2, "own_cores": own}


def test_a_load_is_the_mean_of_its_samples(monkeypatch):
    averages = iter([1.0, 3.0, 8.0])
    monkeypatch.setattr(os, "getloadavg", lambda: (next(averages), 0.0, 0.0))
    meter = LoadMeter()
    meter.sample()
    assert meter.summary()["average"] == 4.0


def test_own_cores_are_what_this_process_kept_busy():
    idle = LoadMeter()
    time.sleep(0.2)
    assert idle.summary()["own_cores"] < 0.5
    busy, until = LoadMeter(), time.process_time() + 0.2
    while time.process_time() < until:
        pass
    assert 0 < busy.summary()["own_cores"] <= 1.1 * core_count()


@pytest.mark.parametrize(
    ("average", "too_much"), [(0.0, False), (2.0, False), (2.4, False), (2.6, True), (20.0, True)]
)
def test_more_than_the_cores_is_too_much(average, too_much):
    assert is_overloaded(load(average)) == too_much


def test_a_system_that_tells_no_load_says_so(monkeypatch):
    monkeypatch.delattr(os, "getloadavg")
    unknown = LoadMeter().summary()
    assert unknown["average"] is None
    assert not is_overloaded(unknown)
    assert "does not tell" in load_words(unknown)


def test_a_load_in_words():
    assert load_words(load(20.12, 0.93)) == (
        "beside a load of 20.1 on 2 cores, of which it had 0.9"
    )


def test_the_machine_and_what_ran_on_it_are_named():
    assert f"{core_count()} cores" in machine_name()
    assert {"Python", "torch", "numpy"} <= versions().keys()
    assert git_commit()


def test_a_package_in_the_repository_of_something_else_has_no_commit(tmp_path, monkeypatch):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    inside = tmp_path / "lib" / "fs2" / "machine.py"
    inside.parent.mkdir(parents=True)
    monkeypatch.setattr(machine, "__file__", str(inside))
    assert machine.git_commit() == "unknown"
