"""What there is to export: each film's patient, state and labels, before any is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from opacity_studio.domain.errors import AnnotationError
from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.domain.wording import tr_count
from opacity_studio.files.annotation_store import load_annotation
from opacity_studio.files.patients import assign_patients, patient_in_name
from opacity_studio.files.worklist import Film, open_worklist


class ExportCancelledError(Exception):
    """The person stopped it; nothing is left behind."""


@dataclass(frozen=True, slots=True)
class SurveyedFilm:
    """One film of the folder.

    Attributes
    ----------
    path
        Of the film.
    annotations
        Where its annotation is if it lives apart: a reader's own; None for the usual place.
    patient
        Its id; where nothing is known the film's own name, see `patient_is_known`.
    status
        `Annotation.status`: an approval that no longer holds does not count.
    lost
        What the film was marked as before its outlines were changed; None where the mark holds.
    digest
        sha256 of the annotation file; None where there is none.
    labels
        Of its polygons, each once.
    is_empty
        True where nothing at all is drawn.
    problem
        Why the annotation cannot be used, as a sentence; None where it can.
    """

    path: Path
    annotations: Path | None
    patient: str
    status: ReviewStatus = ReviewStatus.UNREAD
    lost: ReviewStatus | None = None
    digest: str | None = None
    labels: tuple[str, ...] = ()
    is_empty: bool = True
    problem: str | None = None

    @property
    def patient_is_known(self) -> bool:
        """Whether a table, the DICOM file or the file's name says whose film it is."""
        return self.patient != self.path.name or patient_in_name(self.path) is not None


@dataclass(frozen=True, slots=True)
class Survey:
    """The films of a folder and what to say about them.

    Attributes
    ----------
    folder
        Where they are.
    films
        In the order of the worklist.
    warnings
        Sentences for the person.
    """

    folder: Path
    films: tuple[SurveyedFilm, ...]
    warnings: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that a polygon of any film has, sorted."""
        return tuple(sorted({label for film in self.films for label in film.labels}))


def survey_folder(
    folder: Path,
    *,
    metadata: Path | None = None,
    on_film: Callable[[int, int], None] = lambda _done, _total: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Survey:
    """Read the annotations of a folder, no film.

    Parameters
    ----------
    folder
        Of films, or of one reader's annotations (`worklist.open_worklist`).
    metadata
        The table of patients; None for the ``metadata.csv`` beside the films.
    on_film
        Told after each film how many are done, of how many.
    is_cancelled
        Asked before each film.

    Raises
    ------
    WorklistError
        The folder cannot be read.
    MetadataError
        A table that was named cannot be used.
    ExportCancelledError
        When `is_cancelled` said so.
    """
    worklist = open_worklist(folder)
    found = tuple(worklist.films)
    patients = assign_patients((film.path for film in found), metadata=metadata)
    films: list[SurveyedFilm] = []
    for film in found:
        if is_cancelled():
            raise ExportCancelledError
        films.append(_surveyed(film, patients.patient_of[film.path]))
        on_film(len(films), len(found))
    # The worklist has read the table beside the films once already.
    said = patients.warnings[:-1] if patients.sources.get("film") else patients.warnings
    warnings = tuple(dict.fromkeys((*worklist.warnings, *said, *_on_unknown_patients(films))))
    return Survey(worklist.folder, tuple(films), warnings)


def _surveyed(film: Film, patient: str) -> SurveyedFilm:
    try:
        file = load_annotation(film.path, folder=film.annotations)
    except AnnotationError as error:
        return SurveyedFilm(film.path, film.annotations, patient, problem=error.message)
    annotation = file.annotation
    marked = annotation.review.status if annotation.review is not None else None
    lost = marked if marked is not None and marked.is_curated else None
    if annotation.lost_approval:
        lost = ReviewStatus.APPROVED
    return SurveyedFilm(
        film.path,
        film.annotations,
        patient,
        annotation.status,
        lost if annotation.status is not lost else None,
        file.digest,
        tuple(sorted({shape.label for shape in annotation.shapes if shape.is_polygon})),
        not annotation.shapes,
    )


def _on_unknown_patients(films: Sequence[SurveyedFilm]) -> tuple[str, ...]:
    """Say what it means here: `assign_patients` speaks of training."""
    unknown = sum(not film.patient_is_known for film in films)
    if not unknown:
        return ()
    message = tr_count(
        "The patient of {count} film is unknown, so it counts as a patient of its own; a "
        "metadata.csv with the columns filename and patientid settles it.",
        "The patients of {count} films are unknown, so each counts as a patient of its own; a "
        "metadata.csv with the columns filename and patientid settles it.",
        unknown,
    )
    return (message,)
