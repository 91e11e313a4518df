"""Figures of the report, as `data:` addresses: mel and pitch, alignment, loss curves.

Backgrounds are transparent and labels of a middle grey, so that they suit a light and a dark page.
"""

import base64
import io
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FormatStrFormatter, LogLocator, NullFormatter

from fs2.audio import AudioSettings
from fs2.evaluation.durations import Timing
from fs2.text.symbols import SILENCE

INK = "#808894"
GREY = "#b4bac2"
COLOURS = ("#2a78b8", "#d9822b", "#3a9d6e", "#b8558f", "#8a6fc9", "#b3a12f", "#c9504a", "#4aa5b5")
MEL_COLOURS = "magma"
MEL_FLOOR, MEL_CEILING = -9.0, 1.5
"""Natural logarithm of mel magnitudes at the ends of the colour scale, the same in all figures."""


def mel_and_pitch(
    panels: Sequence[tuple[str, np.ndarray, np.ndarray]], audio: AudioSettings
) -> str:
    """Mels one below the other on one time axis, each with its F0 over it; last, F0 of all.

    A panel is a title, a mel (frames, bands), natural logarithm, and F0 (frames,) in Hz, 0 where
    unvoiced.
    """
    figure = Figure(figsize=(9, 1.55 * len(panels) + 2.1), layout="constrained")
    rows = figure.subplots(len(panels) + 1, 1, sharex=True)
    top = max(100, 1.25 * max(np.max(f0, initial=0) for _, _, f0 in panels))
    together = rows[-1]
    for row, (title, mel, f0) in enumerate(panels):
        axes, colour = rows[row], COLOURS[row % len(COLOURS)]
        _show_mel(axes, mel, audio)
        axes.set_title(title, loc="left", fontsize=9, color=INK)
        pitch = axes.twinx()
        times = (np.arange(len(f0)) + 0.5) * audio.frame_seconds
        voiced = np.where(f0 > 0, f0, np.nan)
        pitch.plot(times, voiced, color="black", linewidth=2.6, alpha=0.55)
        pitch.plot(times, voiced, color="white", linewidth=1.3)
        together.plot(times, voiced, color=colour, linewidth=1.5, label=title, zorder=9 - row)
        _label_pitch(pitch, top)
    together.set_title("F0 of all", loc="left", fontsize=9, color=INK)
    together.yaxis.tick_right()
    together.yaxis.set_label_position("right")
    together.grid(color=INK, alpha=0.2, linewidth=0.5)
    _label_pitch(together, top)
    figure.legend(
        *together.get_legend_handles_labels(), loc="outside lower left", ncols=4, frameon=False,
        fontsize=8, labelcolor=INK,
    )  # fmt: skip
    together.set_xlim(0, max(len(mel) for _, mel, _ in panels) * audio.frame_seconds)
    rows[-1].set_xlabel("seconds", fontsize=8, color=INK)
    return as_image(figure)


def alignment(mel: np.ndarray, timing: Timing, audio: AudioSettings) -> str:
    """A mel, (frames, bands), with the boundaries and names of its phonemes."""
    figure = Figure(figsize=(11, 2.7), layout="constrained")
    axes = figure.subplots()
    _show_mel(axes, mel, audio)
    edges = np.concatenate([timing.starts, [len(mel)]]) * audio.frame_seconds
    shown = 0
    for phoneme, start, frames in zip(timing.phonemes, edges, timing.durations, strict=False):
        axes.axvline(start, color="white", linewidth=0.6, alpha=0.8)
        if frames == 0:
            continue
        middle = start + frames * audio.frame_seconds / 2
        height = 1.02 + 0.075 * (shown % 2)
        axes.text(
            middle, height, "·" if phoneme == SILENCE else phoneme, ha="center", va="bottom",
            fontsize=7, color=INK, transform=axes.get_xaxis_transform(),
        )  # fmt: skip
        shown += 1
    axes.set_xlim(0, edges[-1])
    axes.set_xlabel("seconds", fontsize=8, color=INK)
    return as_image(figure)


def loss_curves(history: Mapping[str, Mapping[str, tuple[np.ndarray, np.ndarray]]]) -> str:
    """Small multiples, one a loss: name -> split -> (steps, values). SVG."""
    names = list(history)
    columns = min(3, len(names))
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(3.3 * columns, 2.1 * rows), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    splits = dict.fromkeys(split for curves in history.values() for split in curves)
    colours = dict(zip(splits, COLOURS, strict=False))
    for axes, name in zip(grid, names, strict=False):
        for split, (steps, values) in history[name].items():
            marker = "o" if len(steps) < 30 else None
            axes.plot(
                steps, values, color=colours[split], linewidth=1.4, marker=marker, markersize=3
            )
        if name.endswith("loss") and all(np.all(v > 0) for _, v in history[name].values()):
            _log_scale(axes)
        else:
            axes.set_ylim(bottom=0)
        axes.set_title(name.replace("_", " "), loc="left", fontsize=9, color=INK)
        axes.grid(color=INK, alpha=0.2, linewidth=0.5)
        quieten(axes)
    for axes in grid[len(names) :]:
        axes.set_visible(False)
    handles = [Line2D([], [], color=colour, label=split) for split, colour in colours.items()]
    figure.legend(
        handles=handles, loc="outside lower left", ncols=len(handles), frameon=False, fontsize=8,
        labelcolor=INK,
    )  # fmt: skip
    return as_image(figure, "svg")


def _show_mel(axes: Axes, mel: np.ndarray, audio: AudioSettings) -> None:
    axes.imshow(
        mel.T,
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        cmap=MEL_COLOURS,
        vmin=MEL_FLOOR,
        vmax=MEL_CEILING,
        extent=(0, len(mel) * audio.frame_seconds, 0, mel.shape[1]),
    )
    axes.set_ylabel("mel band", fontsize=8, color=INK)
    quieten(axes)


def _log_scale(axes: Axes) -> None:
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(FormatStrFormatter("%g"))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _label_pitch(axes: Axes, top: float) -> None:
    axes.set_ylim(0, top)
    axes.set_ylabel("F0 (Hz)", fontsize=8, color=INK)
    quieten(axes)


def quieten(axes: Axes) -> None:
    """Small grey labels, and no frame but the left and lower axis."""
    axes.tick_params(colors=INK, labelsize=7, length=2, which="both")
    axes.patch.set_alpha(0)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(INK)
        spine.set_linewidth(0.5)


def as_image(figure: Figure, kind: str = "webp") -> str:
    """A figure as a `data:` address, `webp` or `svg`."""
    stream = io.BytesIO()
    figure.patch.set_alpha(0)
    if kind == "svg":
        figure.savefig(stream, format="svg", metadata={"Date": None})
        return f"data:image/svg+xml;base64,{base64.b64encode(stream.getvalue()).decode()}"
    figure.savefig(stream, format=kind, dpi=130, pil_kwargs={"quality": 82})
    return f"data:image/{kind};base64,{base64.b64encode(stream.getvalue()).decode()}"
