"""Web and mail addresses, names of files and paths: 'dot', 'slash' and 'at' are spoken."""

import re

from fs2.text.numbers import digits
from fs2.text.rules import Rule, rewrite, rule

SPOKEN = {
    "/": " slash ", "-": " dash ", "_": " underscore ", "?": " question mark ", "&": " and ",
    "=": " equals ", "#": " hash ", "%": " percent ", "~": " tilde ", "\\": " backslash ",
    ":": " colon ", "+": " plus ", "@": " at ", ".": " dot ",
}  # fmt: skip
SPELLED = (
    *("ai", "cpp", "csv", "css", "de", "dll", "edu", "eu", "exe", "fr", "html", "io", "jpg", "js"),
    *("md", "mp", "pdf", "php", "png", "ppt", "py", "sh", "sql", "svg", "ts", "tv", "txt", "uk"),
    *("us", "xls", "xml"),
)
"""Endings that are said letter by letter."""
LABEL = r"[A-Za-z0-9](?:[\w-]{0,62})"
DOMAIN = rf"(?:{LABEL}\.){{1,6}}[a-z]{{2,10}}"
PATH = r"/(?:[\w.,/?&=#%~+@:-]{0,300}[\w/])?"


MARKED = re.compile(r"[./@:]\w")
"""Without this, nothing is an address."""


def addresses(text: str) -> str:
    """Write addresses, paths and names of files out as they are said."""
    return rewrite(text, RULES) if MARKED.search(text) else text


def drives(text: str) -> str:
    r"""C:\temp, before its backslashes are left out."""
    return rewrite(text, DRIVES)


def _said(written: str) -> str:
    """Every mark of an address by its name; figures are left for the rules about figures."""
    ending = rf"\.({'|'.join(SPELLED)})\b"
    written = re.sub(ending, lambda match: "." + " ".join(match[1].upper()), written.rstrip("/"))
    return re.sub(r"[/\\?&=#%~:+@._-]", lambda match: SPOKEN[match[0]], written)


def _web(match: re.Match[str]) -> str:
    port = match["port"]
    host = match["host"]
    said = _said(host) if host[-1].isalpha() else " dot ".join(map(digits, host.split(".")))
    words = said + (f" port {digits(port)}" if port else "")
    path = (match["path"] or "").rstrip("/")
    return words + (f",{_said(path)}" if port and path else _said(path))


DRIVES: tuple[Rule, ...] = (
    rule(
        r"(?<!\w)([A-Za-z]):\\((?:[\w.-]{1,60}\\){0,9}[\w.-]{0,60}\w)",
        lambda m: f"{m[1]} colon{_said(chr(92) + m[2])}",
    ),
)
RULES: tuple[Rule, ...] = (
    rule(r"\b(?:https?|ftp)://|\bmailto:", ""),
    rule(r"(?<=[a-z])\.(?=[A-Z][a-z])", ". "),
    rule(rf"(?<![\w@.-])[A-Za-z0-9][\w.+-]{{0,63}}@{DOMAIN}\b", lambda m: _said(m[0])),
    rule(
        rf"(?<![\w@.-])(?P<host>(?:\d{{1,3}}\.){{3}}\d{{1,3}}):(?P<port>\d{{2,5}})\b"
        rf"(?P<path>{PATH})?",
        _web,
    ),
    rule(
        rf"(?<![\w@./-])(?P<host>localhost|{DOMAIN})(?::(?P<port>\d{{2,5}})\b)?(?P<path>{PATH})",
        _web,
    ),
    rule(rf"(?<![\w@./-])(?P<host>localhost|{DOMAIN}):(?P<port>\d{{2,5}})\b(?P<path>)", _web),
    rule(r"(?<![\w.,)])~?(?:/[\w.-]{1,60}){2,12}/?", lambda m: _said(m[0])),
    rule(r"(?<!\S)\.(?=[a-z]{2,5}\b)", "dot "),
    rule(
        rf"(?<=[A-Za-z\d]{{2}})\.({'|'.join(SPELLED)})\b(?!\.[a-z])",
        lambda m: f" dot {' '.join(m[1].upper())}",
    ),
    rule(r"(?<=[A-Za-z\d]{2})\.(?=[a-z]{2})|(?<=\bwww)\.", " dot "),
    rule(r"(?<=[A-Za-z]{2})\.(?=[a-z]\b(?!\.))", " dot "),
)
