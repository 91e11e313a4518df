"""What a cluster needs: the downloads as a target, a profile that Snakemake can read."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from toy_workflow import REPOSITORY, Workflow

from fs2.config.files import read_yaml

pytestmark = pytest.mark.workflow

PROFILE = REPOSITORY / "profiles" / "slurm"


def test_downloads_need_no_other_stage(tmp_path: Path):
    workflow = Workflow(tmp_path)
    assert workflow.plan("downloads") == {"corpus": 1, "vocoder": 1, "downloads": 1}


def test_one_partition_has_gpus_and_one_has_none():
    partitions = read_yaml(PROFILE / "partitions.yaml")["partitions"].values()
    assert {limits.get("max_gpu", 0) > 0 for limits in partitions} == {True, False}
    assert (REPOSITORY / read_yaml(PROFILE / "config.yaml")["slurm-partition-config"]).is_file()


@pytest.mark.skipif(
    find_spec("snakemake_executor_plugin_slurm") is None, reason="Slurm's plugin is not installed"
)
def test_snakemake_knows_every_key_of_the_profile(tmp_path: Path):
    workflow = Workflow(tmp_path)
    assert workflow.plan("--profile", str(PROFILE), "downloads")["corpus"] == 1
