"""The curves of a training, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from opacity_studio.learning.checkpoint import EpochResult
from opacity_studio.learning.curves import draw_curves

BLUE, ORANGE = (180, 119, 31), (14, 127, 255)
"""Of training and of validation, as OpenCV reads them."""


def drawn(folder: Path, epochs: Sequence[EpochResult], best_epoch: int) -> np.ndarray:
    draw_curves(epochs, best_epoch, folder / "curves.png")
    picture = cv2.imread(str(folder / "curves.png"))
    assert picture is not None
    return picture[picture.shape[0] // 8 :]  # below the legend


def pixels(picture: np.ndarray, colour: tuple[int, int, int]) -> int:
    return int((picture == colour).all(axis=2).sum())


def test_both_sets_are_drawn_from_the_first_epoch_on(tmp_path: Path) -> None:
    start = EpochResult(0, validation_loss=0.5, validation_iou=0.4)
    first = EpochResult(1, 0.6, 0.3, 0.4, 0.45, 0.5, 0.6)
    one, two = (drawn(tmp_path, epochs, 1) for epochs in ([start], [start, first]))
    assert pixels(one, BLUE) == 0, "the network it began with was not trained here"
    assert 0 < pixels(one, ORANGE) < pixels(two, ORANGE)
    assert pixels(two, BLUE) > 0, "a single epoch is a dot, not nothing"


def test_without_validation_or_epochs_there_is_nothing_to_draw(tmp_path: Path) -> None:
    alone = drawn(tmp_path, [EpochResult(n, 1 / n, 0.2) for n in (1, 2, 3)], 3)
    assert pixels(alone, BLUE) > 100
    assert pixels(alone, ORANGE) == 0
    assert pixels(drawn(tmp_path, [], 0), BLUE) == 0
