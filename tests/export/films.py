"""Small folders of films to export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.labels import LEFT_LUNG, OPACITY, RIGHT_LUNG
from opacity_studio.domain.review_status import ReviewEvent, ReviewRecord
from opacity_studio.domain.shape import Shape
from opacity_studio.export.exporting import Exported, export_films
from opacity_studio.export.order import ExportOrder
from opacity_studio.export.survey import survey_folder
from opacity_studio.files.labelme_json import dump_annotation

KEY = bytes(range(32))
ALL_FORMATS = ("labelme", "masks", "coco", "csv")
WIDTH, HEIGHT = 96, 80


def box(label: str, left: float, top: float, right: float, bottom: float, **more: object) -> Shape:
    """Return a rectangle as a polygon."""
    ring = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
    return Shape(label, ring, **more)


def chest(*extra: Shape) -> tuple[Shape, ...]:
    """Return two lungs, one opacity and what else is wanted."""
    return (
        box(RIGHT_LUNG, 8, 8, 44, 72),
        box(LEFT_LUNG, 52, 8, 88, 72),
        box(OPACITY, 12.3, 40.2, 30.7, 60.9),
        *extra,
    )


def marked(
    shapes: Sequence[Shape], *kinds: str, reader: str = "Dr. Anna Berg", comment: str = ""
) -> Annotation:
    """Return an annotation that was marked with `kinds` of events, one after the other."""
    annotation = Annotation("", WIDTH, HEIGHT, tuple(shapes))
    record = ReviewRecord()
    for number, kind in enumerate(kinds):
        event = ReviewEvent(
            kind,
            f"2026-11-22T10:{number:02d}:00+01:00",
            reader,
            "annotator" if kind in ("annotated", "no_opacity") else "reviewer",
            annotation.shapes_digest,
            comment=comment,
            program="0.1.0",
            reason="see the left base" if kind == "returned" else None,
        )
        record = record.with_event(event)
    return replace(annotation, review=record if kinds else None)


def write_film(folder: Path, name: str, annotation: Annotation | None = None) -> Path:
    """Write a film and, where one is given, its annotation beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    value = sum(name.encode()) % 200 + 20
    pixels = np.full((HEIGHT, WIDTH), value, np.uint8)
    pixels[:, ::3] += 15
    cv2.imwrite(str(path), pixels)
    if annotation is not None:
        named = replace(annotation, image_path=annotation.image_path or name)
        path.with_suffix(".json").write_bytes(dump_annotation(named))
    return path


def study(folder: Path) -> Path:
    """Write films in every state, of patients the table names."""
    write_film(folder, "approved-1.png", marked(chest(), "annotated", "approved"))
    write_film(folder, "approved-2.png", marked(chest(), "annotated", "approved"))
    write_film(folder, "annotated.png", marked(chest(), "annotated"))
    write_film(folder, "clear.png", marked(chest()[:2], "no_opacity"))
    write_film(folder, "returned.png", marked(chest(), "annotated", "returned"))
    write_film(folder, "in-work.png", marked(chest()))
    changed = marked(chest(), "annotated", "approved").adding(box(OPACITY, 60, 20, 70, 30))
    write_film(folder, "changed.png", changed)
    write_film(folder, "unread.png")
    write_film(folder, "broken.png")
    (folder / "broken.json").write_text('{"shapes": [')
    names = sorted(path.name for path in folder.iterdir() if path.suffix == ".png")
    rows = [f"{name},SP-{1000 + number // 2}" for number, name in enumerate(names)]
    (folder / "metadata.csv").write_text("\n".join(("filename,patientid", *rows)) + "\n")
    return folder


def export(folder: Path, out: Path, *formats: str, **order: object) -> Exported:
    """Export `folder`, everything unless `order` says otherwise."""
    return export_films(
        survey_folder(folder), ExportOrder(formats or ALL_FORMATS, **order), out, KEY
    )


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below `folder` with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
