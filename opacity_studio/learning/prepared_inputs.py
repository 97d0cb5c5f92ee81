"""Films as the networks see them, prepared once and kept in files rather than in memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from opacity_studio.domain.errors import OpacityStudioError, TrainingDataError
from opacity_studio.domain.labels import LUNG_LABELS, OPACITY
from opacity_studio.domain.model_version import Task
from opacity_studio.domain.prediction import Box
from opacity_studio.domain.preprocessing import lungs_input, opacity_input, rings_in_box
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.rasterise import rasterise_rings
from opacity_studio.domain.shape import Shape
from opacity_studio.files.radiograph_reader import read_radiograph
from opacity_studio.files.training_films import NO_LUNGS, TrainingFilm

PREPARED_SIZE: Final = 384
"""Somewhat larger than a network's input, so that a film that is zoomed into stays sharp."""

_FILMS: Final = "films.npy"
_MASKS: Final = "masks.npy"

ONE_LUNG: Final = "only one lung drawn"
"""Reason; a lung network that learns from such a film learns to overlook the other lung."""

_EDGE_SAMPLES: Final = 2
"""Masks are drawn this many times finer and averaged: outlines pass through pixels."""

LungOutlines = Callable[[Radiograph], Sequence[Shape]]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PreparedFilm:
    """One film's rows in the prepared arrays (cropped by different lungs), and its digests."""

    film: TrainingFilm
    image_digest: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PreparedInputs:
    """What a network is trained on.

    Attributes
    ----------
    films, masks
        N×E×E uint8, memory-mapped: 255 is white and inside.
    prepared
        The films, each with its rows.
    skipped
        Films that turned out unusable, each with the reason.
    """

    films: Bytes
    masks: Bytes
    prepared: tuple[PreparedFilm, ...]
    skipped: tuple[tuple[Path, str], ...] = ()


def prepare(
    films: Sequence[TrainingFilm],
    task: Task,
    folder: Path,
    *,
    lung_outlines: LungOutlines | None = None,
    on_film: Callable[[], None] = lambda: None,
    needed: bool = True,
) -> PreparedInputs:
    """Read `films` and write them to ``films.npy`` and ``masks.npy`` in `folder`.

    For opacity a film is cropped to the drawn lungs and, where `lung_outlines` predicts some, once
    more to those, so that the network learns to live with the lungs it will get in use.

    Parameters
    ----------
    on_film
        Called after each film.
    needed
        False where it is no error that no film could be used.

    Raises
    ------
    TrainingDataError
        No film could be used, though some are needed.
    OSError
        The disk has no room for them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shape = (2 * len(films), PREPARED_SIZE, PREPARED_SIZE)
    inputs, masks = (_new_file(folder / name, shape) for name in (_FILMS, _MASKS))
    prepared: list[PreparedFilm] = []
    skipped: list[tuple[Path, str]] = []
    row = 0
    for film in films:
        try:
            radiograph = read_radiograph(film.path)
            views = list(_views(radiograph, film, task, lung_outlines))
        except OpacityStudioError as error:
            skipped.append((film.path, error.message))
            views = []
        else:
            if not views:
                skipped.append((film.path, ONE_LUNG if film.has_lungs else NO_LUNGS))
        for offset, (view, mask) in enumerate(views):
            inputs[row + offset], masks[row + offset] = view, mask
        if views:
            rows = tuple(range(row, row + len(views)))
            prepared.append(PreparedFilm(film, radiograph.digest, rows))
            row += len(views)
        on_film()
    if needed and not prepared:
        name, reason = skipped[0][0].name, skipped[0][1]
        raise TrainingDataError(
            f"None of the {len(films)} films can be trained on: mend them first "
            f"({name}: {reason.rstrip('.')}).",
            skipped[0][0],
        )
    return PreparedInputs(inputs, masks, tuple(prepared), tuple(skipped))


def reopen(prepared: Sequence[PreparedFilm], folder: Path) -> PreparedInputs:
    """Return what `prepare` wrote to `folder` earlier.

    Raises
    ------
    OSError, ValueError
        The files are not there or not those.
    """
    inputs, masks = (
        np.lib.format.open_memmap(folder / name, mode="r") for name in (_FILMS, _MASKS)
    )
    if any(row >= len(inputs) for film in prepared for row in film.rows):
        raise ValueError("too few rows")
    return PreparedInputs(inputs, masks, tuple(prepared))


def _new_file(path: Path, shape: tuple[int, ...]) -> Bytes:
    array = np.lib.format.open_memmap(path, "w+", np.uint8, shape)
    if hasattr(os, "posix_fallocate"):
        # Room now: writing to a file mapped into memory has no way to say that the disk is full.
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
    return array


def _views(
    radiograph: Radiograph, film: TrainingFilm, task: Task, lung_outlines: LungOutlines | None
) -> Any:
    shapes = film.annotation.shapes
    drawn = [s for s in shapes if s.is_polygon and s.label in LUNG_LABELS]
    if task == "lungs":
        if {shape.label for shape in drawn} == set(LUNG_LABELS):
            whole = Box(0.0, 0.0, float(radiograph.width), float(radiograph.height))
            yield _bytes(lungs_input(radiograph, PREPARED_SIZE)), _mask(drawn, whole)
        return
    opacity = [s for s in shapes if s.is_polygon and s.label == OPACITY]
    for lungs in (drawn, lung_outlines(radiograph) if lung_outlines else ()):
        crop = opacity_input(radiograph, lungs, PREPARED_SIZE)
        if crop is not None:
            yield _bytes(crop.film), _bytes(_mask(opacity, crop.box) / 255.0 * crop.field)


def _mask(shapes: Sequence[Shape], box: Box) -> Bytes:
    """Return the union of polygons over `box`, E×E uint8, soft where an outline crosses a pixel."""
    fine = PREPARED_SIZE * _EDGE_SAMPLES
    union = np.zeros((fine, fine), dtype=bool)
    for shape in shapes:
        union |= rasterise_rings(rings_in_box(shape, box, fine), fine, fine)
    small = cv2.resize(
        union.astype(np.uint8) * 255, (PREPARED_SIZE, PREPARED_SIZE), interpolation=cv2.INTER_AREA
    )
    return np.asarray(small, dtype=np.uint8)


def _bytes(values: npt.NDArray[Any]) -> Bytes:
    return np.rint(np.clip(values, 0.0, 1.0) * 255.0).astype(np.uint8)
