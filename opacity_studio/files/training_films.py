"""Which films of a folder can be learnt from, whose they are, and why others cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import AnnotationError, TrainingDataError
from opacity_studio.domain.labels import LUNG_LABELS
from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.domain.split import Side, side_of
from opacity_studio.domain.wording import tr
from opacity_studio.files.annotation_store import load_annotation
from opacity_studio.files.patients import assign_patients
from opacity_studio.files.worklist import open_worklist

NOT_MARKED: Final = tr("not marked as annotated")
NO_LUNGS: Final = tr("no lungs drawn")


@dataclass(frozen=True, slots=True)
class TrainingFilm:
    """A curated film.

    Attributes
    ----------
    path
        The film's file.
    annotation
        What a person vouched for, without the image that its file may embed.
    annotation_digest
        sha256 of the annotation's file.
    patient
        Id of the patient.
    side
        Trained on, chosen by (validation), or tested on.
    """

    path: Path
    annotation: Annotation
    annotation_digest: str
    patient: str
    side: Side

    @property
    def has_lungs(self) -> bool:
        """True where at least one lung is drawn."""
        return any(s.is_polygon and s.label in LUNG_LABELS for s in self.annotation.shapes)


@dataclass(frozen=True, slots=True)
class TrainingFolder:
    """The films of a folder, sorted out.

    Attributes
    ----------
    films
        Those that can be learnt from.
    skipped
        The others, each with the reason.
    warnings
        Sentences for the person.
    """

    films: tuple[TrainingFilm, ...]
    skipped: tuple[tuple[Path, str], ...]
    warnings: tuple[str, ...]

    def on(self, side: Side) -> tuple[TrainingFilm, ...]:
        """Return the films on one side of the split."""
        return tuple(film for film in self.films if film.side == side)


def collect_films(
    folder: Path,
    *,
    metadata: Path | None = None,
    file_column: str | None = None,
    patient_column: str | None = None,
    validation: bool = True,
    on_film: Callable[[], None] = lambda: None,
) -> TrainingFolder:
    """Find the curated films of a folder and their side of the split.

    Curated are films that a person marked in this program, and files of other programs that have
    lungs. An untouched prediction is never learnt from.

    Parameters
    ----------
    on_film
        Called before each film is read.

    Raises
    ------
    WorklistError
        The folder cannot be read.
    MetadataError
        A table or column that was named cannot be used.
    TrainingDataError
        No film can be learnt from.
    """
    paths = tuple(film.path for film in open_worklist(folder).films)
    patients = assign_patients(
        paths, metadata=metadata, file_column=file_column, patient_column=patient_column
    )
    films: list[TrainingFilm] = []
    skipped: list[tuple[Path, str]] = []
    for path in paths:
        on_film()
        try:
            file = load_annotation(path)
        except AnnotationError as error:
            skipped.append((path, error.message))
            continue
        reason = why_not_curated(file.annotation)
        if reason is not None or file.digest is None:
            skipped.append((path, reason or NOT_MARKED))
            continue
        patient = patients.patient_of[path]
        side = side_of(patient, validation=validation)
        # Thousands of films fit into memory, but not thousands of embedded images.
        annotation = replace(file.annotation, image_data=None)
        films.append(TrainingFilm(path, annotation, file.digest, patient, side))
    if not films:
        raise TrainingDataError(
            tr(
                "{folder} has no film to learn from: mark films as annotated first "
                "({skipped} films were skipped).",
                folder=folder,
                skipped=len(skipped),
            ),
            folder,
        )
    return TrainingFolder(tuple(films), tuple(skipped), patients.warnings)


def why_not_curated(annotation: Annotation) -> str | None:
    """Return why an annotation does not count as curated, or None where it does."""
    if annotation.review is not None and annotation.status is not ReviewStatus.UNREAD:
        return None if annotation.status.is_curated else NOT_MARKED
    drawn = any(s.is_polygon and s.label in LUNG_LABELS for s in annotation.shapes)
    made_here = any(s.provenance is not None for s in annotation.shapes)
    if not drawn:
        return NO_LUNGS if annotation.shapes else NOT_MARKED
    return NOT_MARKED if made_here else None


def check_sides(training: TrainingFolder, folder: Path) -> None:
    """Raise where one side of the split is empty.

    Raises
    ------
    TrainingDataError
        Saying which side and what to do.
    """
    needed: tuple[tuple[Side, str], ...] = (
        ("train", tr("to train on")),
        ("test", tr("to test on")),
    )
    for side, what in needed:
        if not training.on(side):
            count = len({film.patient for film in training.films})
            raise TrainingDataError(
                tr(
                    "{folder} leaves no patient {what}: the split is by patient and there "
                    "are only {count}, so add curated films of more patients.",
                    folder=folder,
                    what=what,
                    count=count,
                ),
                folder,
            )
