"""What every stage's script has around it: the configuration, the log, the record in MLflow."""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# In an environment of its own (--sdm conda) a stage has fs2's dependencies, but not fs2.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from fs2 import tracking
from fs2.config import Config, parse_config, system_config
from fs2.errors import FS2Error

log = logging.getLogger(__name__)


@contextmanager
def stage(snakemake: Any, parameters: dict[str, Any]) -> Iterator[tuple[Config, tracking.Run]]:
    """Run one stage: yields the configuration of its system and its record in MLflow.

    Messages go to the rule's log and to stderr. An FS2Error ends the script with the message alone.
    """
    _log_to(Path(snakemake.log[0]))
    system = snakemake.wildcards.get("system")
    started = time.perf_counter()
    try:
        config = _configuration(snakemake.config, system)
        with tracking.stage(config, snakemake.rule, system) as run:
            run.parameters({**parameters, "threads": snakemake.threads})
            yield config, run
            run.metrics({"seconds": time.perf_counter() - started})
            run.artifact(snakemake.log[0])
    except FS2Error as error:
        log.error("%s", error)
        sys.exit(1)
    except Exception:
        log.exception("%s failed", snakemake.rule)
        sys.exit(1)


def _configuration(values: dict[str, Any], system: str | None) -> Config:
    config = parse_config(values)
    return system_config(values, system) if system in config.systems else config


def _log_to(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handlers = (logging.FileHandler(path, mode="w", encoding="utf-8"), logging.StreamHandler())
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(message)s",
        datefmt="%H:%M:%S",
        handlers=handlers,
        force=True,
    )
    logging.captureWarnings(True)
