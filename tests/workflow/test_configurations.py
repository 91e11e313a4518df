"""Every configuration that comes along has a plan, and so has every system."""

from pathlib import Path

import pytest
from toy_workflow import REPOSITORY, Workflow

from fs2.systems.catalogue import SYSTEMS_FOLDER

pytestmark = pytest.mark.workflow

SYSTEMS = sorted(path.stem for path in SYSTEMS_FOLDER.glob("*.yaml"))


@pytest.mark.parametrize(
    "file", sorted((REPOSITORY / "config").glob("*.yaml")), ids=lambda f: f.stem
)
def test_every_file(tmp_path: Path, file: Path):
    jobs = Workflow(tmp_path, file).plan()
    for rule in ("corpus", "text", "alignment", "features", "training", "report"):
        assert jobs[rule] == 1, rule
    assert jobs["evaluation"] == 3, "recordings, their copy through the vocoder, and the system"


def test_every_system(tmp_path: Path):
    jobs = Workflow(tmp_path).plan("--config", f"systems=[{','.join(SYSTEMS)}]")
    assert jobs["training"] == jobs["speed"] == jobs["robustness"] == len(SYSTEMS)
    assert jobs["evaluation"] == jobs["pitch"] == len(SYSTEMS) + 2
