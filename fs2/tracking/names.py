"""Names and values of metrics and parameters that every MLflow store takes."""

import hashlib
import re

NAME_LENGTH = 250
"""Characters that MLflow allows a name."""
VALUE_LENGTH = 500
"""Characters that every version of MLflow allows the value of a parameter."""
_DIGEST_LENGTH = 8
_FORBIDDEN = re.compile(r"[^\w.\- ]")


class Names:
    """Safe names for names of any text, a different one for each.

    Of two that become the same the later one ends in a digest of what it was, and so does one that
    is too long.
    """

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}

    def safe(self, name: str) -> str:
        """The safe name: of letters, digits, `_.- ` and single `/` between its parts."""
        safe = "/".join(map(_safe_part, name.split("/")))
        if len(safe) > NAME_LENGTH or self._owners.setdefault(safe, name) != name:
            digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
            kept = safe[: NAME_LENGTH - _DIGEST_LENGTH - 1].rstrip("/.")
            safe = f"{kept}-{digest[:_DIGEST_LENGTH]}"
        return safe


def safe_value(value: object) -> str:
    """The value of a parameter as text that every store takes, cut if it is too long."""
    text = str(value).replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text.encode("utf-8", "replace").decode()[:VALUE_LENGTH]


def _safe_part(part: str) -> str:
    safe = _FORBIDDEN.sub("_", part)
    return "_" * max(1, len(safe)) if safe in ("", ".", "..") else safe
