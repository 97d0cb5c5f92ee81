"""The outlines of a majority of readers, as a LabelMe file to start from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.consensus import consensus_shapes
from opacity_studio.domain.errors import AnnotationError
from opacity_studio.files.annotation_store import (
    AnnotationFile,
    film_of_annotation,
    save_annotation,
)
from opacity_studio.files.image_path import image_name, relative_image_path


def save_consensus(readings: Mapping[str, Annotation], files: Sequence[Path], path: Path) -> bool:
    """Write what most readers outlined to `path`; False where a file is there already.

    Parameters
    ----------
    readings
        Each reader's annotation of one film.
    files
        Where these were read from: they tell where the film is.
    path
        A new LabelMe file.

    Raises
    ------
    AnnotationError
        It cannot be written.
    """
    if path.exists():
        return False
    first = next(iter(readings.values()))
    annotation = Annotation(
        _image_path(files, path) or image_name(first.image_path) or path.stem,
        first.image_width,
        first.image_height,
        consensus_shapes(readings),
        image_data=next((r.image_data for r in readings.values() if r.image_data), None),
    )
    save_annotation(AnnotationFile(path, replace(annotation, shapes=()), None), annotation)
    return True


def _image_path(files: Sequence[Path], path: Path) -> str | None:
    for file in files:
        try:
            return relative_image_path(path, film_of_annotation(file))
        except AnnotationError:
            continue
    return None
