"""Tables open in a spreadsheet, run nothing there, and hold what was measured."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.measurement import measure
from opacity_studio.export.tables import MEASUREMENT_COLUMNS, REVIEW_COLUMNS, csv_line
from tests.export.films import HEIGHT, WIDTH, chest, export, marked, write_film


def rows_in(path: Path) -> list[dict[str, str]]:
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_measurements_are_those_of_the_window(tmp_path: Path) -> None:
    write_film(tmp_path / "films", "a.png", marked(chest(), "annotated", "approved"))
    export(tmp_path / "films", tmp_path / "out", "csv")
    (row,) = rows_in(tmp_path / "out/measurements.csv")
    assert tuple(row) == MEASUREMENT_COLUMNS
    figures = measure(chest(), width=WIDTH, height=HEIGHT)
    assert float(row["opacity_percent"]) == pytest.approx(figures.opacity_percent, abs=1e-6)
    assert float(row["right_percent"]) == pytest.approx(figures.right_percent, abs=1e-6)
    assert float(row["left_percent"]) == 0
    assert figures.right_zones is not None
    assert float(row["right_lower_percent"]) == pytest.approx(figures.right_zones.lower, abs=1e-6)
    assert (row["status"], row["annotator"], row["reviewer"], row["opacity_mm2"]) == (
        "approved",
        "Dr. Anna Berg",
        "Dr. Anna Berg",
        "",
    )


def test_the_review_record_comes_event_by_event(tmp_path: Path) -> None:
    annotation = marked(chest(), "annotated", "returned", comment='=1+1\nsecond line, quoted "so"')
    write_film(tmp_path / "films", "a.png", annotation)
    export(tmp_path / "films", tmp_path / "out", "csv")
    first, second = rows_in(tmp_path / "out/reviews.csv")
    assert tuple(first) == REVIEW_COLUMNS
    assert (first["kind"], first["role"], first["time"]) == (
        "annotated",
        "annotator",
        "2026-11-22T10:00:00+01:00",
    )
    assert second["reason"] == "see the left base"
    assert second["comment"] == '\'=1+1\nsecond line, quoted "so"'


@given(st.lists(st.text() | st.floats(allow_nan=False, allow_infinity=False) | st.none()))
def test_no_cell_is_a_formula(cells: list[str | float | None]) -> None:
    line = csv_line(["first", *cells]).decode("utf-8")
    (row,) = csv.reader(io.StringIO(line, newline=""))
    assert len(row) == len(cells) + 1
    for cell, shown in zip(cells, row[1:], strict=True):
        if isinstance(cell, str):
            assert not shown.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
            plain = cell.encode("utf-8", "backslashreplace").decode()
            assert shown.removeprefix("'") == plain.removeprefix("'") or shown == plain


def test_numbers_are_plain() -> None:
    assert csv_line([0.0, 12.5, -3.25, 7, True, None, 1e7]) == b"0,12.5,-3.25,7,yes,,10000000\r\n"
