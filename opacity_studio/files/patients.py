"""Whose films these are: the split into training and test films is by patient."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from opacity_studio.domain.wording import tr
from opacity_studio.files.film_table import (
    METADATA_NAME,
    FilmTable,
    find_film_table,
    read_film_table,
)
from opacity_studio.files.radiograph_reader import may_be_dicom

PatientSource = Literal["table", "dicom", "file name", "film"]

_DATED_NAME: Final = re.compile(
    r"(?P<patient>.*\d.*)_(?P<date>\d{4}-\d{2}-\d{2}|\d{2}-\d{2}-\d{4}(?=-(?:XR|CR|DX|PX)))"
    r"(?:[-_.].*)?",
    re.ASCII,
)
"""Patient (with a digit in it: not "Screenshot"), date and perhaps modality and view."""


@dataclass(frozen=True, slots=True)
class PatientTable:
    """Each film's patient, and how that is known.

    Attributes
    ----------
    patient_of
        Patient id of every film asked about. A film of which nothing is known stands for itself:
        its file name is its patient.
    sources
        How many films each source decided.
    warnings
        Sentences for the person.
    """

    patient_of: Mapping[Path, str]
    sources: Mapping[PatientSource, int]
    warnings: tuple[str, ...] = ()


def patient_in_name(film: Path) -> str | None:
    """Return the patient a file name states, else None.

    ``COVID-19-AR-16406488_01-08-2012-XR.jpg`` → ``COVID-19-AR-16406488``.
    """
    match = _DATED_NAME.fullmatch(film.stem)
    return match["patient"] if match else None


def date_in_name(film: Path) -> str | None:
    """Return the date a file name states, as written, else None."""
    match = _DATED_NAME.fullmatch(film.stem)
    return match["date"] if match else None


def assign_patients(
    films: Iterable[Path],
    *,
    metadata: Path | None = None,
    file_column: str | None = None,
    patient_column: str | None = None,
) -> PatientTable:
    """Find the patient of each film.

    In this order: the table, the DICOM PatientID, the pattern of the file name; else each film
    stands for itself, with a warning.

    Parameters
    ----------
    films
        Paths.
    metadata
        The table; None for the ``metadata.csv`` beside each film.
    file_column, patient_column
        The table's columns; None to find them.

    Raises
    ------
    MetadataError
        When a table that was named, or whose columns were, cannot be used.
    """
    films = tuple(films)
    tables, warnings = _tables(films, metadata, file_column, patient_column)
    patient_of: dict[Path, str] = {}
    sources: Counter[PatientSource] = Counter()
    for film in films:
        patient, source = _patient(film, tables[film.parent])
        patient_of[film] = patient
        sources[source] += 1
    return PatientTable(patient_of, dict(sources), (*warnings, *_doubts(sources, len(films))))


def _tables(
    films: Sequence[Path],
    metadata: Path | None,
    file_column: str | None,
    patient_column: str | None,
) -> tuple[dict[Path, FilmTable | None], tuple[str, ...]]:
    folders = dict.fromkeys(film.parent for film in films)
    named_columns = {"file_column": file_column, "patient_column": patient_column}
    if metadata is not None:
        table = read_film_table(metadata, **named_columns)
        return dict.fromkeys(folders, table), table.warnings
    tables: dict[Path, FilmTable | None] = {}
    warnings: list[str] = []
    for folder in folders:
        if file_column is None and patient_column is None:
            tables[folder], said = find_film_table(folder)
        else:
            table = read_film_table(folder / METADATA_NAME, **named_columns)
            tables[folder], said = table, table.warnings
        warnings.extend(said)
    return tables, tuple(warnings)


def _patient(film: Path, table: FilmTable | None) -> tuple[str, PatientSource]:
    row = table.row_of(film) if table is not None else None
    if row is not None and row.patient is not None:
        return row.patient, "table"
    if may_be_dicom(film):
        # Half a second of imports that most folders never need.
        from opacity_studio.files.dicom_film import read_patient_id  # noqa: PLC0415

        patient = read_patient_id(film)
        if patient is not None:
            return patient, "dicom"
    patient = patient_in_name(film)
    if patient is not None:
        return patient, "file name"
    return film.name, "film"


def _doubts(sources: Mapping[PatientSource, int], total: int) -> tuple[str, ...]:
    alone = sources.get("film", 0)
    if not alone:
        return ()
    message = tr(
        "The patient of {alone} of {total} films is unknown, so each counts as "
        "a patient of its own and films of one person may be trained on and "
        "tested on; a metadata.csv with the columns filename and patientid "
        "settles it.",
        alone=alone,
        total=total,
    )
    return (message,)
