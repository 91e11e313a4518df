"""Progress of long work: a bar on a terminal, a line in the log now and then elsewhere."""

import logging
import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")
logger = logging.getLogger(__name__)


def progress(
    items: Iterable[Item], total: int, label: str, log_seconds: float = 15.0
) -> Iterator[Item]:
    """Yield `items` and show how many of `total` are done.

    Where standard error is no terminal, the log gets a line every `log_seconds` instead.
    """
    if sys.stderr.isatty():
        yield from tqdm(items, total=total, desc=label)
        return
    start = last = time.monotonic()
    for done, item in enumerate(items, 1):
        yield item
        now = time.monotonic()
        if now - last >= log_seconds:
            last = now
            left = (now - start) / done * (total - done)
            logger.info("%s: %d of %d, about %.0f s left", label, done, total, left)
