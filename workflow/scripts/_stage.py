"""What every stage's script has around it: the configuration, the log, the record in MLflow."""

import logging
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

# In an environment of its own (--sdm conda) a stage has fs2's dependencies, but not fs2.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from fs2 import tracking
from fs2.audio import write_audio
from fs2.config.files import parse_config, system_config
from fs2.config.schema import Config
from fs2.errors import FS2Error
from fs2.references import is_reference

logger = logging.getLogger(__name__)


@contextmanager
def stage(
    snakemake: Any, name: str | None = None, subject: str | None = None
) -> Iterator[tuple[Config, tracking.Run]]:
    """Run one stage: yields the configuration of the job's system, and its record in MLflow.

    `name` is the stage's, if it is not the rule's; `subject` what it is about, if it is not the
    job's system. Messages go to the rule's log and to stderr.
    An FS2Error ends the script with its message alone.
    """
    _log_to(Path(snakemake.log[0]))
    # A scheduler's polite end of the job is an exception, so that temporary files are removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    system = snakemake.wildcards.get("system")
    started = time.perf_counter()
    try:
        workflow = parse_config(snakemake.config)
        config = workflow
        if system is not None and not is_reference(system):
            config = system_config(snakemake.config, system)
        own = config if system is not None else None
        with tracking.stage(workflow, name or snakemake.rule, subject or system, own) as run:
            run.parameters({**dict(snakemake.params.items()), "threads": snakemake.threads})
            yield config, run
            run.metrics({"seconds": time.perf_counter() - started})
            run.artifact(snakemake.log[0])
    except FS2Error as error:
        logger.error("%s", error)
        sys.exit(1)
    except Exception:
        logger.exception("%s failed", snakemake.rule)
        sys.exit(1)


def vocoder_folder(snakemake: Any) -> Path | None:
    """The job's vocoder, if it has one: its input is the folder, or vocoder.json in it."""
    if not snakemake.input.get("vocoder"):
        return None
    path = Path(snakemake.input.vocoder[0])
    return path.parent if path.is_file() else path


def audio_logger(
    run: tracking.Run, config: Config
) -> Callable[[int, Mapping[str, np.ndarray]], None]:
    """What keeps the audio of a training's validation clips in the record of the stage."""

    def keep(step: int, clips: Mapping[str, np.ndarray]) -> None:
        with TemporaryDirectory() as folder:
            for clip, samples in clips.items():
                write_audio(Path(folder) / f"{clip}.wav", samples, config.audio.sample_rate)
            run.artifact(folder, f"audio/step-{step:07d}")

    return keep


def _log_to(path: Path) -> None:
    """Send messages and warnings to the log at `path` and to stderr."""
    handlers = (logging.FileHandler(path, mode="w", encoding="utf-8"), logging.StreamHandler())
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(message)s",
        datefmt="%H:%M:%S",
        handlers=handlers,
        force=True,
    )
    logging.captureWarnings(True)
