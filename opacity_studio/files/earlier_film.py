"""The film of the same patient that was taken before: its outlines are where to begin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import AnnotationError
from opacity_studio.domain.film_days import numbered_day
from opacity_studio.domain.labels import LUNG_LABELS
from opacity_studio.files.annotation_store import load_annotation
from opacity_studio.files.radiograph_reader import may_be_dicom
from opacity_studio.files.repeats import films_of_repeat
from opacity_studio.files.worklist import Film

_MOST_HEADERS: Final = 200
"""So many DICOM headers are read to find a patient whom neither table nor file name states."""


@dataclass(frozen=True, slots=True)
class EarlierFilm:
    """A film of the patient with outlines of findings, and its annotation."""

    film: Film
    annotation: Annotation


def find_earlier(films: Sequence[Film], current: Film) -> EarlierFilm | None:
    """Return the patient's last film before `current` that has findings outlined, or None.

    Reads annotation files, and DICOM headers where nothing else names the patient: not for the
    window's thread. A film whose annotation is damaged is passed over.
    """
    for film in earlier_films(films, current):
        try:
            annotation = load_annotation(film.path, folder=film.annotations).annotation
        except AnnotationError:
            continue
        if any(shape.label not in LUNG_LABELS for shape in annotation.shapes):
            return EarlierFilm(film, annotation)
    return None


def earlier_films(films: Sequence[Film], current: Film) -> Iterator[Film]:
    """Yield the films of the patient before `current`, the latest first.

    By the days both films state, where these can be compared; else by their order in the
    worklist. A film that came back has none: its own first outlines might be among them.
    """
    if films_of_repeat(current.path) is not None:
        return
    here = next((place for place, film in enumerate(films) if film.path == current.path), None)
    if here is None:
        return
    if current.patient is None:
        yield from _by_header(films[max(0, here - _MOST_HEADERS) : here], current)
        return
    today = _day(current)
    before: list[tuple[tuple[float, int], Film]] = []
    for place, film in enumerate(films):
        if film.patient != current.patient or place == here:
            continue
        day = _day(film)
        if today is None or day is None or today[0] != day[0]:
            rank = (0.0, place) if place < here else None
        else:
            rank = (day[1] - today[1], place) if (day[1], place) < (today[1], here) else None
        if rank is not None:
            before.append((rank, film))
    for _, film in sorted(before, key=lambda found: found[0], reverse=True):
        yield film


def _by_header(before: Sequence[Film], current: Film) -> Iterator[Film]:
    if not may_be_dicom(current.path):
        return
    # Half a second of imports that most worklists never need.
    from opacity_studio.files.dicom_film import read_patient_id  # noqa: PLC0415

    patient = read_patient_id(current.path)
    if patient is None:
        return
    for film in reversed(before):
        if may_be_dicom(film.path) and read_patient_id(film.path) == patient:
            yield film


def _day(film: Film) -> tuple[str, float] | None:
    return numbered_day(film.day or "")
