"""A training drawn: loss and IoU against the epoch, for both sets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from opacity_studio.learning.checkpoint import EpochResult

_SIDES: Final = (("training", "", "#1f77b4"), ("validation", "validation_", "#ff7f0e"))
"""Each set's name, how its figures' names begin, and its colour."""


def draw_curves(epochs: Sequence[EpochResult], best_epoch: int, path: Path) -> None:
    """Write a PNG with the curves of a training; a dotted line marks the epoch that was kept."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(9, 3.8), layout="constrained")
    plots = figure.subplots(1, 2)
    for axes, name, of in ((plots[0], "loss", "loss"), (plots[1], "IoU", "iou")):
        for side, prefix, colour in _SIDES:
            told = [(r.epoch, getattr(r, prefix + of)) for r in epochs]
            known = [(epoch, value) for epoch, value in told if value is not None]
            if known:
                axes.plot(*zip(*known, strict=True), marker=".", color=colour, label=side)
        axes.axvline(best_epoch, color="#666666", lw=0.8, ls=":")
        axes.set(xlabel="epoch (dotted: the one kept)", ylabel=name)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.spines[["top", "right"]].set_visible(False)
    plots[1].set_ylim(0, 1)
    # Above both, where no curve runs through it.
    figure.legend(*plots[0].get_legend_handles_labels(), loc="outside upper center", ncols=2,
                  frameon=False)  # fmt: skip
    figure.savefig(path, dpi=120)
