"""The figures of the report."""

import base64

import numpy as np

from fs2.evaluation.plots import COLOURS, loss_curves


def test_a_split_has_one_colour_in_all_curves():
    points = (np.arange(40), np.linspace(2, 1, 40))
    history = {
        "loss": {"train": points, "validation": points},
        "late_loss": {"validation": points, "train": points},  # began between two logs
    }
    svg = base64.b64decode(loss_curves(history).split(",")[1]).decode()
    late = svg[svg.index('id="axes_2"') :]
    drawn = [late.index(f"stroke: {colour}") for colour in COLOURS[:2]]
    assert drawn[1] < drawn[0], "validation comes first, and keeps its colour"
