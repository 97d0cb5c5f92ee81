"""Tables for a spreadsheet: what was measured on each film, and what happened to it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from opacity_studio.domain.measurement import Zones
from opacity_studio.domain.review_status import ReviewEvent, ReviewRecord
from opacity_studio.domain.wording import marked
from opacity_studio.export.exporter import Exporter
from opacity_studio.export.film import OutgoingFilm
from opacity_studio.export.label_table import LabelTable
from opacity_studio.export.target import ExportFolder, HashingFile

Cell = str | float | int | bool | None

_MARK: Final = "\ufeff".encode()
"""Without it Excel takes UTF-8 for its own western encoding."""

_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection")."""

MEASUREMENT_COLUMNS: Final = (
    "image", "patient", "side", "status", "annotator", "reviewer", "last_marked",
    "opacity_percent", "right_percent", "left_percent",
    "right_upper_percent", "right_middle_percent", "right_lower_percent",
    "left_upper_percent", "left_middle_percent", "left_lower_percent",
    "regions", "opacity_px", "lungs_px", "opacity_in_lungs_px",
    "opacity_mm2", "lungs_mm2", "opacity_in_lungs_mm2",
    "width", "height", "row_spacing_mm", "column_spacing_mm",
    "shapes", "flagged", "comments", "reading_seconds", "model", "threshold", "program",
)  # fmt: skip
REVIEW_COLUMNS: Final = (
    "image", "patient", "number", "time", "reader", "role", "kind", "reason", "comment", "label",
    "seconds", "blind", "model", "threshold", "program", "shapes_digest", "outline_digest",
)  # fmt: skip

_NOBODY: Final = ReviewRecord()


class TableWriter:
    """``measurements.csv``, a row for each film, and ``reviews.csv``, a row for each event.

    UTF-8 with a mark, commas, points in decimals, empty where nothing is known. A text that a
    spreadsheet would run as a formula has an apostrophe in front.
    """

    def __init__(self, folder: ExportFolder, _labels: LabelTable) -> None:
        self._measurements = _Table(folder, "measurements.csv", MEASUREMENT_COLUMNS)
        self._reviews = _Table(folder, "reviews.csv", REVIEW_COLUMNS)

    def add(self, film: OutgoingFilm) -> None:
        """Write the film's rows."""
        self._measurements.add(_measurement_row(film))
        record = film.annotation.review or _NOBODY
        for number, event in enumerate(record.events, 1):
            self._reviews.add(_review_row(film, number, event))

    def finish(self) -> None:
        """End both tables."""
        self._measurements.finish()
        self._reviews.finish()


class _Table:
    def __init__(self, folder: ExportFolder, name: str, columns: Sequence[str]) -> None:
        self._folder, self._name = folder, name
        self._stream: HashingFile = folder.stream(name)
        self._stream.write(_MARK)
        self.add(columns)

    def add(self, cells: Iterable[Cell]) -> None:
        """Append a row."""
        self._stream.write(csv_line(cells))

    def finish(self) -> None:
        """Close the file."""
        self._folder.close_stream(self._name, self._stream)


def csv_line(cells: Iterable[Cell]) -> bytes:
    """Return a row of a table that a spreadsheet shows and does not run."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([_safe(cell) for cell in cells])
    return line.getvalue().encode("utf-8", "backslashreplace")


def _safe(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, str):
        return f"'{cell}" if cell.lstrip(" ").startswith(_DANGEROUS) else cell
    return f"{cell:.6f}".rstrip("0").rstrip(".") if isinstance(cell, float) else str(cell)


@dataclass(frozen=True, slots=True)
class _Marked:
    """When and with what the film was marked last."""

    time: str | None = None
    model: str | None = None
    threshold: float | None = None
    program: str | None = None


def _last_mark(record: ReviewRecord) -> _Marked:
    for event in reversed(record.events):
        if event.is_vouching or event.kind == "returned":
            return _Marked(event.time, event.model, event.threshold, event.program)
    return _Marked()


def _measurement_row(film: OutgoingFilm) -> Iterable[Cell]:
    record = film.annotation.review or _NOBODY
    figures = film.measurement
    mark = _last_mark(record)
    row_spacing, column_spacing = film.pixel_spacing or (None, None)
    return (
        film.image_name,
        film.patient,
        film.side,
        film.status.value,
        record.annotator,
        record.reviewer,
        mark.time,
        figures.opacity_percent,
        figures.right_percent,
        figures.left_percent,
        *_zones(figures.right_zones),
        *_zones(figures.left_zones),
        figures.regions,
        figures.opacity_area,
        figures.lung_area,
        figures.opacity_in_lungs_area,
        figures.opacity_area_mm2,
        figures.lung_area_mm2,
        figures.opacity_in_lungs_area_mm2,
        film.width,
        film.height,
        row_spacing,
        column_spacing,
        len(film.annotation.shapes),
        record.is_flagged,
        len(record.comments),
        record.reading_seconds,
        mark.model,
        mark.threshold,
        mark.program,
    )


def _zones(zones: Zones | None) -> tuple[Cell, Cell, Cell]:
    return (None, None, None) if zones is None else (zones.upper, zones.middle, zones.lower)


def _review_row(film: OutgoingFilm, number: int, event: ReviewEvent) -> Iterable[Cell]:
    return (
        film.image_name,
        film.patient,
        number,
        event.time,
        event.reader,
        event.role,
        event.kind,
        event.reason,
        event.comment,
        event.label,
        event.seconds,
        event.blind,
        event.model,
        event.threshold,
        event.program,
        event.shapes_digest,
        event.outline,
    )


EXPORTER = Exporter(
    "csv",
    marked("Tables (CSV)"),
    marked("Measurements and review record, for a spreadsheet"),
    TableWriter,
)
