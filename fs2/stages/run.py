"""How a job is done: its messages, its record, its exit code."""

import logging
import signal
import sys
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from fs2 import tracking
from fs2.errors import FS2Error
from fs2.files import is_full
from fs2.stages.job import Job
from fs2.stages.log import log_to
from fs2.stages.stage import STAGES

logger = logging.getLogger(__name__)


def run_stage(job: Job) -> int:
    """Do a job and record it in MLflow; returns the exit code.

    Messages go to the job's log and to standard error. An FS2Error is its message alone, and so is
    what the operating system refuses.
    """
    log_to(job.log)
    # A scheduler's polite end of the job is an exception, so that temporary files are removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        do_stage(job)
    except (FS2Error, OSError) as error:
        logger.error("%s", error)
        return 1
    except Exception:
        if is_full(Path()):
            logger.error("%s: no space is left; free some, then go on", job.stage)
        else:
            logger.exception("%s failed", job.stage)
        return 1
    return 0


def do_stage(job: Job) -> None:
    """Do a job and record it.

    Raises FS2Error if its stage is not known, if it does not say what it is about, or fails.
    """
    stage = STAGES.get(job.stage)
    if stage is None:
        raise FS2Error(f"stage {job.stage} is not known; known are: {', '.join(STAGES)}")
    stage.check(job)
    started = time.perf_counter()
    with _record(job, stage.name) as record:
        record.parameters(job.parameters)
        stage.do(job, record)
        record.metrics({"seconds": time.perf_counter() - started})
        if job.log:
            record.artifact(job.log)


def _record(job: Job, name: str) -> AbstractContextManager[tracking.Run]:
    """The record of a job; one that does nothing if it is not to be recorded."""
    if not job.recorded:
        return nullcontext(tracking.Run())
    system_config = job.config if job.run else None
    subject = job.run or job.vocoder or None
    return tracking.stage(job.plan.catalogue, name, subject, system_config)
