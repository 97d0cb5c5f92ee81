"""A table of films: which patient each belongs to, and on which day it was taken."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Final

from opacity_studio.domain.errors import MetadataError
from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.files.image_path import film_stem, is_file

METADATA_NAME: Final = "metadata.csv"
"""The table looked for beside the films."""

_FILE_COLUMNS: Final = (
    "filename", "file", "image", "imagefile", "imagename", "imagefilename", "film",
    "filepath", "imagepath", "path",
)  # fmt: skip
_PATIENT_COLUMNS: Final = ("patientid", "patient", "subjectid", "subject", "personid")
_DAY_COLUMNS: Final = ("offset", "day", "studyday", "studydate", "acquisitiondate", "date")
_FINDING_COLUMNS: Final = ("finding", "findings", "diagnosis")
_MAX_BYTES: Final = 200_000_000


@dataclass(frozen=True, slots=True)
class FilmRow:
    """What the table says about one film.

    Attributes
    ----------
    patient
        Patient id; None where the cell is empty.
    day
        As written in the table: a day count or a date; None where it says nothing.
    finding
        What was found, as written in the table; None where it says nothing.
    """

    patient: str | None
    day: str | None
    finding: str | None = None


@dataclass(frozen=True, slots=True)
class FilmTable:
    """The rows of a table by film, and what was odd about it.

    Attributes
    ----------
    path
        Of the table.
    by_name, by_stem
        Rows by file name, with and without suffix, in the one spelling of `row_of`.
    warnings
        Sentences for the person.
    """

    path: Path
    by_name: Mapping[str, FilmRow]
    by_stem: Mapping[str, FilmRow]
    warnings: tuple[str, ...] = ()

    def row_of(self, film: Path) -> FilmRow | None:
        """Return the row of `film`, by its name, else by its name without suffix."""
        row = self.by_name.get(_spelt_alike(film.name))
        return row if row is not None else self.by_stem.get(_spelt_alike(film_stem(film)))


def read_film_table(
    path: Path, *, file_column: str | None = None, patient_column: str | None = None
) -> FilmTable:
    """Read a table of films.

    Comma, semicolon and tab are understood as separators, UTF-8 (with or without mark), UTF-16
    and Windows' western encoding as text. Columns not named are recognised by the usual names.

    Parameters
    ----------
    path
        The table.
    file_column, patient_column
        Names of columns, in any case; None to find them.

    Raises
    ------
    MetadataError
        When the table cannot be read or lacks a column that is needed.
    """
    rows = _rows(path)
    header = [cell.strip() for cell in rows[0]] if rows else []
    if not any(header):
        raise MetadataError(
            tr("{file} is empty; it needs a header and a row for each film.", file=path.name), path
        )
    file_at = _column(header, file_column, _FILE_COLUMNS, tr("file names"), path)
    patient_at = _column(header, patient_column, _PATIENT_COLUMNS, tr("patients"), path)
    day_at, finding_at = _find(header, _DAY_COLUMNS), _find(header, _FINDING_COLUMNS)
    by_name: dict[str, FilmRow] = {}
    contradictions: set[str] = set()
    for row in rows[1:]:
        name = _spelt_alike(PureWindowsPath(_cell(row, file_at)).name)
        if not name:
            continue
        found = FilmRow(
            _identifier(_cell(row, patient_at)),
            (_cell(row, day_at) or None) if day_at is not None else None,
            (_cell(row, finding_at) or None) if finding_at is not None else None,
        )
        earlier = by_name.setdefault(name, found)
        if earlier.patient != found.patient:
            contradictions.add(name)
    return FilmTable(path, by_name, _by_stem(by_name), _contradiction_warning(path, contradictions))


def find_film_table(folder: Path) -> tuple[FilmTable | None, tuple[str, ...]]:
    """Return the table beside the films of `folder`, if there is one, and what to say about it.

    Nobody asked for this table by name, so one that cannot be used is a warning, not an error.
    """
    path = folder / METADATA_NAME
    if not is_file(path):
        return None, ()
    try:
        table = read_film_table(path)
    except MetadataError as error:
        return None, (error.message,)
    return table, table.warnings


def _rows(path: Path) -> list[list[str]]:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise MetadataError(
                tr("{file} is too large for a table of films.", file=path.name), path
            )
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise MetadataError(
            tr("{file} is not there; check the table's name.", file=path.name), path
        ) from error
    except OSError as error:
        reason = error.strerror or tr("input/output error")
        raise MetadataError(
            tr(
                "{file} could not be read ({reason}); check the table's name and permissions.",
                file=path.name,
                reason=reason,
            ),
            path,
        ) from error
    text = _text(data)
    lines = text.splitlines()
    first = lines[0] if lines else ""
    separator = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise MetadataError(
            tr(
                "{file} is not a table of comma-separated values ({error}); export it again.",
                file=path.name,
                error=error,
            ),
            path,
        ) from error


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _column(
    header: Sequence[str], wanted: str | None, usual: Sequence[str], what: str, path: Path
) -> int:
    names = (wanted,) if wanted is not None else usual
    found = _find(header, names)
    if found is None:
        missing = (
            tr('no column "{wanted}"', wanted=wanted)
            if wanted is not None
            else tr("no column of {what}", what=what)
        )
        there = ", ".join(name for name in header if name)
        raise MetadataError(
            tr(
                "{file} has {missing}; name one of its columns: {there}.",
                file=path.name,
                missing=missing,
                there=there,
            ),
            path,
        )
    return found


def _find(header: Sequence[str], names: Sequence[str]) -> int | None:
    plain = [_plain(cell) for cell in header]
    for name in names:
        if _plain(name) in plain:
            return plain.index(_plain(name))
    return None


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())


def _cell(row: Sequence[str], index: int) -> str:
    return row[index].strip() if index < len(row) else ""


def _identifier(cell: str) -> str | None:
    # Spreadsheets turn a column of numbers with one gap into decimals: 39 becomes 39.0.
    return re.sub(r"^(\d+)\.0+$", r"\1", cell) or None


def _by_stem(by_name: Mapping[str, FilmRow]) -> dict[str, FilmRow]:
    """Index by name without suffix; stems of two patients' films name neither."""
    rows: dict[str, FilmRow] = {}
    ambiguous: set[str] = set()
    for name, row in by_name.items():
        # A table may also list films without a suffix, and their names may contain dots.
        for stem in {_without_suffix(name), name}:
            if rows.setdefault(stem, row).patient != row.patient:
                ambiguous.add(stem)
    return {stem: row for stem, row in rows.items() if stem not in ambiguous}


def _without_suffix(name: str) -> str:
    path = PureWindowsPath(name)
    # Archives name DICOM files by their UID, whose last component looks like a suffix.
    return name if path.suffix[1:].isdecimal() else path.stem


def _spelt_alike(name: str) -> str:
    """Return a file name in lower case and, as not all systems have it, composed letters."""
    return unicodedata.normalize("NFC", name).casefold()


def _contradiction_warning(path: Path, names: set[str]) -> tuple[str, ...]:
    if not names:
        return ()
    return (
        tr_count(
            "{file} gives {count} film to two patients (first: {film}); see which is right.",
            "{file} gives {count} films to two patients (first: {film}); see which is right.",
            len(names),
            file=path.name,
            film=min(names),
        ),
    )
