"""Films that come back to a reader unannounced, and the second readings of them.

They live in ``annotations/<reader>/repeat/`` below the films, where no export, check or training
looks: the film under another name (a hard link where the disk allows it, else a copy; of a DICOM
film a copy without the header that says whose it is) and, beside it, an ordinary LabelMe file with
the second reading. The first reading is never touched. What a film is really called stands in its
record alone::

    "opacity_studio": {…, "repeat_of": {"image": name of the film's file,
                                        "patient": id shown instead, "day": …, "finding": …,
                                        "made": ISO 8601 with time zone}}

A film is brought back when the worklist is opened, never while it is open: a list that changes
would give it away. Delete the folder and all that is lost are the second readings.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import AnnotationError
from opacity_studio.domain.film_summary import FilmSummary
from opacity_studio.domain.repeats import RepeatPlan, due_films, other_name, other_patient
from opacity_studio.domain.review_status import ReviewRecord
from opacity_studio.files.annotation_stamps import annotation_stamps
from opacity_studio.files.annotation_store import annotation_path
from opacity_studio.files.atomic import write_atomically
from opacity_studio.files.image_path import (
    JSON_SUFFIX,
    films_of_reader,
    is_file,
    place_of_reader,
)
from opacity_studio.files.labelme_json import dump_annotation
from opacity_studio.files.patients import patient_in_name
from opacity_studio.files.radiograph_reader import is_dicom
from opacity_studio.files.reader_folders import read_reading
from opacity_studio.files.worklist import Film, Films, Worklist
from opacity_studio.files.worklist_index import WorklistIndex

REPEAT_FOLDER: Final = "repeat"
KEY: Final = "repeat_of"

_HEAD: Final = 132
"""Bytes that tell a DICOM file."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A film that came back.

    Attributes
    ----------
    film
        As it stands in the worklist, under its other name.
    image
        Name of the film's file among the others.
    annotation
        The second reading.
    made
        When it came back, ISO 8601; empty where that is not known.
    """

    film: Film
    image: str
    annotation: Annotation
    made: str = ""


def repeats_of(films: Path, reader: str) -> tuple[Repeat, ...]:
    """Return what came back to `reader` of the films in `films`, read or not.

    Files that cannot be read, and films without such a file, are passed over.
    """
    folder = place_of_reader(films, reader) / REPEAT_FOLDER
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries)
    except OSError:
        return ()
    shown = [name for name in names if not name.lower().endswith(JSON_SUFFIX)]
    found = (_opened(folder / name) for name in shown if not name.startswith("."))
    return tuple(repeat for repeat in found if repeat is not None)


def films_of_repeat(path: Path) -> Path | None:
    """Return the folder of the films that the film or folder at `path` came back from, if any."""
    folder = path if path.name == REPEAT_FOLDER else path.parent
    return films_of_reader(folder) if folder.name == REPEAT_FOLDER else None


def with_repeats(
    worklist: Worklist, plan: RepeatPlan, index: WorklistIndex, *, first: Path | None = None
) -> Worklist:
    """Return `worklist` with the films that came back to the reader, those now due among them.

    Where nothing can be written nothing comes back, and nothing else happens.

    Parameters
    ----------
    first
        The film to show first where it is among those that came back.
    index
        Knows who marked which film; films it does not know stay away till the next time.
    """
    films = worklist.films
    there = repeats_of(films.folder, plan.reader)
    if plan.share > 0:
        stamps = annotation_stamps(films.folder, films.names, apart=films.annotations)
        there = (*there, *_brought_back(films, plan, index.summaries(stamps), there))
    if not there:
        return worklist
    joined = films.joined_by([repeat.film for repeat in there])
    wanted = None if first is None else joined.row_of(first)
    if wanted is None:
        wanted = joined.row_of(films.path_at(worklist.current))
    return replace(worklist, films=joined, current=wanted or 0)


def _brought_back(
    films: Films,
    plan: RepeatPlan,
    known: Mapping[str, FilmSummary],
    there: tuple[Repeat, ...],
) -> Iterator[Repeat]:
    """Bring back the films that are due, one file and one annotation each."""
    images = {repeat.image for repeat in there}
    taken = {*films.names, *(repeat.film.name for repeat in there)}
    patients = {film.patient for film in films if film.patient}
    patients |= {repeat.film.patient for repeat in there if repeat.film.patient}
    unread = {name for name in films.names if name not in known or not known[name].is_read}
    for name in due_films(plan, films.folder.name, known):
        row = films.row_of(films.folder / name)
        if row is None or name in images or name.lower().endswith(JSON_SUFFIX):
            continue
        film = films[row]
        patient = film.patient and other_patient(film.patient, plan.reader, name, patients)
        shown = _with_other_patient(film, patient)
        if shown is None or shown in taken:
            shown = other_name(name, plan.reader, _patterns(film, films, unread), taken)
        taken.add(shown)
        patients |= {patient} if patient else set()
        folder = place_of_reader(films.folder, plan.reader) / REPEAT_FOLDER
        made = _made(film, replace(film, path=folder / shown, patient=patient, annotations=None))
        if made is not None:
            yield made


def _with_other_patient(film: Film, patient: str | None) -> str | None:
    """Return the name of a film with another patient in it; None where it states none.

    A day that such a name states stays: it is the one the list shows beside it.
    """
    stated = patient_in_name(film.path)
    if not stated or not patient or not film.patient or not stated.endswith(film.patient):
        return None
    kept = stated.removesuffix(film.patient)
    return kept + patient + film.name.removeprefix(stated)


def _patterns(film: Film, films: Films, unread: Set[str]) -> list[str]:
    """Return the names that another name for `film` may be made from.

    Of films with the same finding: where names tell a diagnosis, a reader must not be misled.
    Of these best such as are still to be read, among which it then stands.
    """
    others = [name for name in films.names if name != film.name and "/" not in name]
    alike = [name for name in others if films.named(name).finding == film.finding]
    return [name for name in alike if name in unread] or alike or others


def _made(film: Film, again: Film) -> Repeat | None:
    """Put a film and an empty annotation in their place; None where that cannot be done.

    What is there already stays: a second reading that is damaged is still somebody's work.
    """
    if is_file(again.path) or is_file(annotation_path(again.path)):
        return None
    about = {
        "image": film.name,
        "patient": again.patient,
        "day": again.day,
        "finding": again.finding,
        "made": datetime.now().astimezone().isoformat(timespec="seconds"),
    }
    record = ReviewRecord(extra=MappingProxyType({KEY: about}))
    try:
        again.path.parent.mkdir(parents=True, exist_ok=True)
        size = _size_in(film)
        annotation = Annotation(again.name, *size, review=record)
        _put_film(film.path, again)
        write_atomically(annotation_path(again.path), dump_annotation(annotation))
    except (OSError, ValueError):
        with contextlib.suppress(OSError):
            again.path.unlink()
        return None
    return Repeat(again, film.name, annotation, str(about["made"]))


def _put_film(film: Path, again: Film) -> None:
    """Put the film in its place, so that nothing in the file says whose it really is.

    Raises
    ------
    OSError, ValueError
        When that cannot be done.
    """
    with film.open("rb") as file:
        head = file.read(_HEAD)
    if is_dicom(head, film.suffix):
        # Half a second of imports that most worklists never need.
        from opacity_studio.files.nameless_dicom import without_identity  # noqa: PLC0415

        write_atomically(again.path, without_identity(film.read_bytes(), again.patient))
        return
    try:
        os.link(film, again.path)
    except OSError:
        shutil.copyfile(film, again.path)


def _size_in(film: Film) -> tuple[int | None, int | None]:
    """Return width and height as the first reading has them."""
    try:
        first = read_reading(annotation_path(film.path, film.annotations))
    except AnnotationError:
        return None, None
    return first.image_width, first.image_height


def _opened(path: Path) -> Repeat | None:
    file = annotation_path(path)
    try:
        annotation = read_reading(file)
    except AnnotationError:
        return None
    about = annotation.review.extra.get(KEY) if annotation.review is not None else None
    if not isinstance(about, dict) or not isinstance(about.get("image"), str):
        return None
    film = Film(path, _text(about, "patient"), _text(about, "day"), _text(about, "finding"))
    return Repeat(film, about["image"], annotation, _text(about, "made") or "")


def _text(about: Mapping[str, Any], key: str) -> str | None:
    value = about.get(key)
    return value if isinstance(value, str) else None
