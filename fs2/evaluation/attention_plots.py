"""Figures of attentions: which phoneme a decoder was at, step by step."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from fs2.systems.attention import Attention

COLOURS = "magma"
WIDEST = 60
"""Phonemes up to which each is named on the axis."""


def attention_figure(
    attentions: Mapping[str, Attention],
    frame_seconds: float,
    phonemes: Mapping[str, Sequence[str]] | None = None,
) -> Figure:
    """Attentions one below the other, each with its title; phonemes from bottom to top.

    `phonemes` are those of each, for the axis; where they are missing or others, they are numbered.
    """
    figure = Figure(figsize=(9, 2.6 * len(attentions)), layout="constrained")
    rows = figure.subplots(len(attentions), 1, squeeze=False)[:, 0]
    for axes, (title, attention) in zip(rows, attentions.items(), strict=True):
        steps, count = attention.weights.shape
        end = steps * attention.frames_per_step * frame_seconds
        axes.imshow(
            attention.weights.T,
            origin="lower",
            aspect="auto",
            extent=(0, end, -0.5, count - 0.5),
            vmin=0,
            vmax=1,
            cmap=COLOURS,
            interpolation="nearest",
        )
        axes.set_title(f"{title}: {in_words(attention)}", loc="left", fontsize=9)
        axes.set_ylabel("phoneme")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        names = [] if phonemes is None else phonemes[title]
        if len(names) == count <= WIDEST:
            axes.set_yticks(range(count), names, fontsize=5)
    rows[-1].set_xlabel("seconds")
    return figure


def in_words(attention: Attention) -> str:
    """Focus rate, coverage and monotony, and whether it had to be cut."""
    words = (
        f"focus rate {attention.focus_rate:.2f}, coverage {attention.coverage:.0%}, "
        f"monotony {attention.monotony:.0%}"
    )
    return words if attention.stopped else f"{words}, did not end by itself"
