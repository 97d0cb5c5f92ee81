"""What other readers made of the film in view; nothing here touches the window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from opacity_studio.domain.agreement import agreement
from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import AnnotationError
from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.measurement import measure
from opacity_studio.files.annotation_store import load_annotation
from opacity_studio.files.image_path import READERS_FOLDER
from opacity_studio.files.reader_folders import place_of_reading, readers_beside
from opacity_studio.files.worklist import Film


@dataclass(frozen=True, slots=True)
class OtherReading:
    """One reader's word on the film in view.

    Attributes
    ----------
    annotation
        None where the file cannot be used; `problem` says why.
    percent
        Opacity percentage of both lungs; None without lungs.
    """

    reader: str
    annotation: Annotation | None
    percent: float | None = None
    problem: str = ""

    def overlap_with(self, present: Annotation) -> float | None:
        """Return the IoU of both opacities, 0 to 1; both empty counts as 1, unknown is None."""
        if self.annotation is None:
            return None
        found = agreement(self.annotation.labelled(OPACITY), present.labelled(OPACITY))
        return 1.0 if found is None else found.iou


def has_readers(films: Path) -> bool:
    """Whether any reader's annotations of the films in a folder live apart."""
    return (films / READERS_FOLDER).is_dir()


def other_readings(film: Film, width: int, height: int) -> tuple[OtherReading, ...]:
    """Return what readers whose annotations live apart made of `film`, in order of their names.

    Reads files: not for the window's thread. The reader whose annotations are open is left out.

    Parameters
    ----------
    width, height
        Of the film, in pixels.
    """
    found = []
    for reader in readers_beside(film.path.parent):
        if reader == film.annotations:
            continue
        place = place_of_reading(film.path, reader)
        try:
            file = load_annotation(film.path, folder=place, width=width, height=height)
        except AnnotationError as error:
            found.append(OtherReading(reader.name, None, problem=error.message))
            continue
        if file.digest is not None:
            measured = measure(file.annotation.shapes, width=width, height=height)
            found.append(OtherReading(reader.name, file.annotation, measured.opacity_percent))
    return tuple(found)
