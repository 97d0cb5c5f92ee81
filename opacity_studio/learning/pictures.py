"""What a training shows of itself: validation films with outlines, and films as they are varied."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from opacity_studio.learning.augmentation import Augmentation, resized
from opacity_studio.learning.batches import plain_batch
from opacity_studio.learning.prepared_inputs import PreparedFilm, PreparedInputs

Bytes = npt.NDArray[np.uint8]
FloatArray = npt.NDArray[np.float32]

ANNOTATED: Final = (230, 200, 60)
"""Blue, green, red of the annotation's outline: told from `PREDICTED` by the colour-blind, too."""
PREDICTED: Final = (40, 150, 255)

_PREVIEW_EDGE: Final = 640
_CELL: Final = 200
_ROWS: Final = 4
_VARIANTS: Final = 5


def write_previews(
    network: Any, inputs: PreparedInputs, count: int, folder: Path, stem: str, *, size: int
) -> list[tuple[PreparedFilm, Path]]:
    """Write PNGs of the first `count` films with the annotated and the predicted outline.

    Parameters
    ----------
    size
        Edge of the films that the network works on.

    Returns
    -------
    list
        The films, each with the file that was written: ``folder/<stem>-<number>.png``.

    Raises
    ------
    OSError
        A file cannot be written.
    """
    chosen = inputs.prepared[:count]
    rows = [film.rows[0] for film in chosen]
    films, masks = plain_batch(inputs, rows)
    probability = network(plain_batch(inputs, rows, size)[0], training=False).numpy()
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, prepared in enumerate(chosen):
        picture = _enlarged(films[number, :, :, 0], _PREVIEW_EDGE)
        _outline(picture, masks[number, :, :, 0], ANNOTATED, 2)
        _outline(picture, probability[number, :, :, 0], PREDICTED, 2)
        path = folder / f"{stem}-{number + 1}.png"
        path.write_bytes(_png(picture))
        written.append((prepared, path))
    return written


def write_augmented_sheet(inputs: PreparedInputs, seed: int, path: Path) -> None:
    """Write a sheet of some films as they are, each followed by variants, with their outlines.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    augment = Augmentation(seed)
    lines = []
    for prepared in inputs.prepared[:_ROWS]:
        film, mask = (
            array[prepared.rows[0]] / np.float32(255) for array in (inputs.films, inputs.masks)
        )
        pairs = [(resized(film), resized(mask))]
        pairs += [augment(film, mask) for _ in range(_VARIANTS)]
        cells = []
        for grey, drawn in pairs:
            cell = _enlarged(grey, _CELL)
            _outline(cell, drawn, ANNOTATED, 1)
            cells.append(cv2.copyMakeBorder(cell, 0, 4, 0, 4, cv2.BORDER_CONSTANT))
        lines.append(cv2.hconcat(cells))
    path.write_bytes(_png(cv2.vconcat(lines)))


def _enlarged(film: FloatArray, edge: int) -> Bytes:
    grey = np.rint(np.clip(film, 0.0, 1.0) * 255).astype(np.uint8)
    how = cv2.INTER_CUBIC if edge >= grey.shape[0] else cv2.INTER_AREA
    scaled = cv2.resize(grey, (edge, edge), interpolation=how)
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def _outline(picture: Bytes, mask: FloatArray, colour: tuple[int, int, int], width: int) -> None:
    edge = picture.shape[0]
    smooth = cv2.resize(mask, (edge, edge), interpolation=cv2.INTER_LINEAR)
    found, _ = cv2.findContours(
        (smooth > 0.5).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE
    )
    cv2.drawContours(picture, found, -1, colour, width, cv2.LINE_AA)


def _png(picture: Bytes) -> bytes:
    _, data = cv2.imencode(".png", picture)
    return bytes(data.tobytes())
