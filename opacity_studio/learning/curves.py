"""A training drawn: loss and IoU against the epoch, for both sets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from opacity_studio.learning.trainer import EpochResult


def draw_curves(epochs: Sequence[EpochResult], path: Path) -> None:
    """Write a PNG with the curves of a training."""
    from matplotlib.figure import Figure

    number = [result.epoch for result in epochs]
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    plots = figure.subplots(1, 2)
    for axes, name, training, validation in (
        (plots[0], "loss", "loss", "validation_loss"),
        (plots[1], "IoU", "iou", "validation_iou"),
    ):
        axes.plot(number, [getattr(r, training) for r in epochs], label="training")
        if epochs and getattr(epochs[0], validation) is not None:
            axes.plot(number, [getattr(r, validation) for r in epochs], label="validation")
        axes.set(xlabel="epoch", ylabel=name)
        # A fixed corner: matplotlib's search for the emptiest one is slow.
        axes.legend(frameon=False, loc="upper right" if name == "loss" else "lower right")
        axes.spines[["top", "right"]].set_visible(False)
    plots[1].set_ylim(0, 1)
    figure.savefig(path, dpi=120)
