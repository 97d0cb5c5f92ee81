"""Films varied at random, so that a network sees each one differently every time."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from opacity_studio.domain.preprocessing import INPUT_SIZE
from opacity_studio.learning.backend import load_backend
from opacity_studio.learning.prepared_inputs import PREPARED_SIZE

FloatArray = npt.NDArray[np.float32]

ROTATION: Final = 12
"""Degrees either way: films are taken upright, portable ones somewhat askew."""


class Augmentation:
    """The study's kinds of change: mirror, affine, perspective, grey, blur, noise, crop.

    Parameters
    ----------
    seed
        The same seed and the same calls give the same films.
    size
        Edge of the films it gives.
    """

    def __init__(self, seed: int, size: int = INPUT_SIZE) -> None:
        self._size = size
        load_backend()  # sets the switch that keeps albumentations from asking a server
        import albumentations

        self._change: Any = _pipeline(albumentations, seed)

    def __call__(self, film: FloatArray, mask: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return a changed copy of `film` and `mask` (both E×E, 0 to 1) at the size wanted."""
        changed = self._change(image=film[..., None], mask=mask)
        grey = np.clip(changed["image"].reshape(changed["mask"].shape), 0.0, 1.0)
        return resized(grey, self._size), np.clip(resized(changed["mask"], self._size), 0.0, 1.0)

    def reseed(self, seed: int) -> None:
        """Start again from `seed`."""
        self._change.set_random_seed(seed)


def resized(film: npt.NDArray[Any], size: int = INPUT_SIZE) -> FloatArray:
    """Return a square array with edges of `size`, by pixel area where it shrinks."""
    how = cv2.INTER_AREA if film.shape[0] >= size else cv2.INTER_LINEAR
    small = cv2.resize(film, (size, size), interpolation=how)
    return np.asarray(small, dtype=np.float32)


def _pipeline(a: Any, seed: int) -> Any:
    zoom = a.RandomSizedCrop((INPUT_SIZE, PREPARED_SIZE), size=(PREPARED_SIZE, PREPARED_SIZE))
    zoom.p = 0.3
    return a.Compose(
        [
            a.HorizontalFlip(p=0.5),
            a.Affine(
                scale=(0.85, 1.15),
                rotate=(-ROTATION, ROTATION),
                shear=(-6, 6),
                translate_percent=(-0.06, 0.06),
                p=0.9,
            ),
            a.Perspective(scale=(0.02, 0.06), p=0.3),
            zoom,
            # Mild: films come in stretched alike, and brightness is what opacity is told by.
            a.RandomBrightnessContrast(0.1, 0.15, p=0.6),
            a.RandomGamma((80, 130), p=0.5),
            a.OneOf([a.GaussianBlur((3, 7)), a.Sharpen((0.1, 0.4))], p=0.3),
            a.GaussNoise(std_range=(0.01, 0.04), p=0.3),
        ],
        seed=seed,
    )
