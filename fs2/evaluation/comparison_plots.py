"""Figures that compare systems: ablation bars, histograms of F0, error by scale. SVG addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fs2.evaluation.plots import COLOURS, GREY, INK, as_image, quieten
from fs2.evaluation.tables.table import Estimate

GREATEST_ERROR = 3.0
"""Where the error by scale is cut off: 2 is a contour that knows nothing of the recording's."""
FEWEST_CLIPS = 5
"""Of fewer clips the interval of that error is not drawn: it may reach to any height."""


@dataclass(frozen=True)
class Bar:
    """A system's difference from the full one, and the paper's, if it has one."""

    title: str
    ours: Estimate
    paper: float | None
    is_reference: bool = False
    """Whether it is of the recordings or a copy, which no system is expected to surpass."""


def ablation_bars(bars: Sequence[Bar], label: str) -> str:
    """Horizontal bars with intervals, the paper's CMOS as a diamond on the same axis.

    Bars of the recordings and their copies are grey.
    """
    figure = Figure(figsize=(7.5, 0.42 * len(bars) + 1.1), layout="constrained")
    axes = figure.subplots()
    for is_reference, colour, words in (
        (False, COLOURS[0], label),
        (True, GREY, "without a model, against FastSpeech 2"),
    ):
        chosen = [
            (place, bar.ours) for place, bar in enumerate(bars) if bar.is_reference == is_reference
        ]
        if chosen:
            reach = [(ours.value - ours.low, ours.high - ours.value) for _, ours in chosen]
            axes.barh(
                [place for place, _ in chosen], [ours.value for _, ours in chosen], 0.6,
                xerr=np.maximum(np.array(reach).T, 0), color=colour, ecolor=INK, capsize=3,
                label=words,
            )  # fmt: skip
    known = [(bar.paper, place) for place, bar in enumerate(bars) if bar.paper is not None]
    if known:
        axes.plot(
            *zip(*known, strict=True), "D", color=COLOURS[1], markersize=6,
            label="paper: CMOS of listeners",
        )  # fmt: skip
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(range(len(bars)), [bar.title for bar in bars])
    axes.invert_yaxis()
    _finish(figure, axes)
    axes.tick_params(axis="y", labelsize=9, length=0)
    return as_image(figure, "svg")


def f0_histograms(analyses: Sequence[tuple[str, dict[str, Any]]]) -> str:
    """Small multiples: the F0 of each system over that of the first, the recordings'.

    `analyses` are titles and results of `fs2.evaluation.pitch_analysis.analyse_pitch`.
    """
    columns = min(3, len(analyses))
    rows = -(-len(analyses) // columns)
    figure = Figure(figsize=(3.3 * columns, 2.0 * rows), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    edges, reference = _shares(analyses[0][1])
    for place, (title, analysis) in enumerate(analyses):
        axes = grid[place]
        _, shares = _shares(analysis)
        axes.stairs(shares, edges, fill=True, color=COLOURS[0], alpha=0.75)
        if place:
            axes.stairs(reference, edges, color=COLOURS[1], linewidth=1.3)
        axes.set_title(title, loc="left", fontsize=9, color=INK)
        quieten(axes)
    for axes in grid[len(analyses) :]:
        axes.set_visible(False)
    used = np.flatnonzero(np.any([_shares(analysis)[1] > 0.001 for _, analysis in analyses], 0))
    if len(used):
        grid[0].set_xlim(edges[used[0]], edges[used[-1] + 1])
    figure.supxlabel("F0 (Hz)", fontsize=8, color=INK)
    figure.supylabel("share of voiced frames, %", fontsize=8, color=INK)
    return as_image(figure, "svg")


def scale_errors(analyses: Sequence[tuple[str, dict[str, Any]]]) -> str:
    """Relative error of the pitch spectrogram by scale, a line a system, with intervals."""
    figure = Figure(figsize=(7.5, 3.2), layout="constrained")
    axes = figure.subplots()
    for place, (title, analysis) in enumerate(analyses):
        scales = [scale for scale in analysis["scales"] if scale["value"] is not None]
        seconds, values, low, high = (
            np.array([scale[name] for scale in scales])
            for name in ("seconds", "value", "low", "high")
        )
        colour = COLOURS[place % len(COLOURS)]
        axes.plot(seconds, values, "o-", color=colour, markersize=3, linewidth=1.4, label=title)
        enough = [scale["clips"] >= FEWEST_CLIPS for scale in scales]
        axes.fill_between(seconds, low, high, enough, color=colour, alpha=0.15, linewidth=0)
    axes.axhline(1, color=INK, linewidth=0.8, linestyle="--", label="a flat contour")
    axes.set_xscale("log")
    axes.set_ylim(0, GREATEST_ERROR)
    axes.set_xlabel("scale tau (s)", fontsize=8, color=INK)
    axes.set_ylabel("relative squared error", fontsize=8, color=INK)
    _finish(figure, axes)
    return as_image(figure, "svg")


def _shares(analysis: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Edges in Hz, and the share of the voiced frames in each bin, in percent."""
    counts = np.array(analysis["histogram"]["counts"], float)
    return np.array(analysis["histogram"]["edges"]), 100 * counts / max(counts.sum(), 1)


def _finish(figure: Figure, axes: Axes) -> None:
    axes.grid(color=INK, alpha=0.2, linewidth=0.5, axis="x")
    quieten(axes)
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside lower left", ncols=3, frameon=False, fontsize=8,
        labelcolor=INK,
    )  # fmt: skip
