"""How far a reader agrees with themselves on films that came back unannounced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from opacity_studio.analysis.agreement import Readings, compared_film
from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import AnnotationError
from opacity_studio.domain.reader_agreement import FilmOfReaders, PairAgreement, pair_agreement
from opacity_studio.domain.repeats import FIRST_MARKS, moment_of
from opacity_studio.domain.review_status import ReviewEvent
from opacity_studio.domain.shape import Shape
from opacity_studio.files.annotation_store import annotation_path
from opacity_studio.files.reader_folders import read_reading
from opacity_studio.files.repeats import Repeat, repeats_of
from opacity_studio.files.version_history import shapes_then

FIRST: Final = "first"
AGAIN: Final = "again"


@dataclass(frozen=True, slots=True)
class Consistency:
    """A reader's first readings beside their second ones.

    Attributes
    ----------
    agreement
        Of the first readings (`a`) with the second ones (`b`): a positive bias says that the
        first percentages were the larger ones.
    films
        Film by film, by the names they really have.
    left_out
        Films whose first reading is not known any more: another reader changed it, or its file
        is gone.
    """

    agreement: PairAgreement
    films: tuple[FilmOfReaders, ...]
    left_out: int = 0


def consistency_of(films: Path, reader: str, *, annotations: Path | None = None) -> Consistency:
    """Compare what `reader` outlined the first and the second time.

    Films that came back and have not been marked yet are not spoken of. A first reading that
    another reader has changed since counts as it was when `reader` marked it.

    Parameters
    ----------
    films
        Their folder.
    annotations
        Where the first readings are, if they live apart from the films.
    """
    compared: list[FilmOfReaders] = []
    left_out = 0
    for repeat in repeats_of(films, reader):
        if not repeat.annotation.status.is_curated:
            continue
        readings = _readings(repeat, reader, annotation_path(films / repeat.image, annotations))
        if readings is None:
            left_out += 1
        else:
            compared.append(compared_film(readings))
    return Consistency(pair_agreement(FIRST, AGAIN, compared), tuple(compared), left_out)


def _readings(repeat: Repeat, reader: str, first_file: Path) -> Readings | None:
    again = repeat.annotation
    try:
        current = read_reading(first_file)
    except AnnotationError:
        return None
    shapes = _first_shapes(current, reader, moment_of(repeat.made), first_file)
    width, height = current.image_width, current.image_height
    if shapes is None or width is None or height is None:
        return None
    if (again.image_width, again.image_height) not in ((width, height), (None, None)):
        return None
    first = replace(current, shapes=tuple(shapes), image_path=repeat.image)
    return Readings(Path(repeat.image).stem, {FIRST: first, AGAIN: again}, width, height)


def _first_shapes(
    current: Annotation, reader: str, before: datetime | None, file: Path
) -> Sequence[Shape] | None:
    """Return what the reader vouched for before the film came back."""
    record = current.review
    if record is None:
        return None
    marks = [event for event in record.events if _is_first_mark(event, reader, before)]
    if not marks:
        return None
    last = marks[-1]
    if last.shapes_digest == current.shapes_digest:
        return current.shapes
    kept = record.outlines_of(last)
    return shapes_then(file, last.shapes_digest) if kept is None else kept.shapes


def _is_first_mark(event: ReviewEvent, reader: str, before: datetime | None) -> bool:
    if event.reader != reader or event.kind not in FIRST_MARKS:
        return False
    when = moment_of(event.time)
    return before is None or when is None or when <= before
