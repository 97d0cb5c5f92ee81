"""Small folders of drawn films to train on within seconds."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.labels import LEFT_LUNG, OPACITY, RIGHT_LUNG
from opacity_studio.domain.rasterise import rasterise_rings
from opacity_studio.domain.review_status import ReviewRecord, ReviewStatus
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.split import Side, side_of
from opacity_studio.files.labelme_json import dump_annotation

EDGE = 160


def ellipse(x: float, y: float, rx: float, ry: float) -> np.ndarray:
    """Return a ring of 24 points."""
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    return np.c_[x + rx * np.cos(turn), y + ry * np.sin(turn)]


def patients_on(side: Side, count: int) -> list[str]:
    """Return ids of patients that the split puts on `side`."""
    names = (f"TINY-{number:04}" for number in range(10_000))
    return [
        name
        for name, _ in zip((n for n in names if side_of(n) == side), range(count), strict=False)
    ]


def write_film(
    folder: Path,
    patient: str,
    *,
    opacity: bool = True,
    lungs: bool = True,
    status: ReviewStatus | None = ReviewStatus.ANNOTATED,
) -> Path:
    """Write one film with its annotation; `status` None makes it a foreign LabelMe file."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(len(list(folder.iterdir())))
    shapes = []
    if lungs:
        shapes += [
            Shape(RIGHT_LUNG, ellipse(52, 80, 26, 55)),
            Shape(LEFT_LUNG, ellipse(110, 80, 26, 55)),
        ]
    if opacity:
        shapes.append(Shape(OPACITY, ellipse(50, 100, 14, 18)))
    pixels = np.full((EDGE, EDGE), 170.0)
    for shape in shapes:
        inside = rasterise_rings((shape.points,), EDGE, EDGE)
        pixels[inside] = 140.0 if shape.label == OPACITY else 50.0
    pixels += random.normal(0, 6, pixels.shape)
    film = folder / f"{patient}_2026-01-01.png"
    cv2.imwrite(str(film), np.clip(pixels, 0, 255).astype(np.uint8))
    annotation = Annotation(film.name, EDGE, EDGE, tuple(shapes))
    if status is not None:
        annotation = Annotation(
            film.name, EDGE, EDGE, tuple(shapes), review=ReviewRecord(status=status)
        )
    film.with_suffix(".json").write_bytes(dump_annotation(annotation))
    return film
