"""Marks of lists, headings and emphasis (Markdown's too), which are seen and not said."""
# ruff: noqa: RUF001 (dashes that look alike)

from fs2.text.rules import Rule, rewrite, rule

RULES: tuple[Rule, ...] = (
    rule(r"(?m)^[ \t]*(?:```\w*|[-*_=]{3,})[ \t]*$", ""),
    rule(r"(?m)^[ \t]{0,8}#{1,6}[ \t]+(?=\S)([^\n]*[^\s.!?:;,#])[ \t#]*\n", r"\1.\n"),
    rule(r"(?m)^[ \t]{0,8}(?:#{1,6}|>{1,3})[ \t]+", ""),
    rule(r"(?m)^[ \t]{0,8}[-*+•▪●–—][ \t]+(?=\S)", ""),
    rule(r"(?m)^\[[ xX]?\][ \t]+", ""),
    rule(r"(?m)^[ \t]{0,8}\(?i\)[ \t]+", "1, "),
    rule(r"(?m)^[ \t]{0,8}\(?([a-zA-Z]|\d{1,2})\)[ \t]+", r"\1, "),
    rule(r"(?<=[;,] )\(?([a-z])\) ", r"\1, "),
    rule(r"(?<![\w*])(\*{1,3}|~~|`{1,3})(?=\S)([^*~`\n]{0,200}\S|\S)\1(?![\w*])", r"\2"),
    rule(r"(?<!\w)(_{1,3})(?=[^\s_])([^_\n]{0,200})(?<=[^\s_])\1(?!\w)", r"\2"),
)


def unmark(text: str) -> str:
    """The text without the marks: letters and numbers of items stay, headings are sentences."""
    return rewrite(text, RULES)
