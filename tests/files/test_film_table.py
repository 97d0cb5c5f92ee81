"""Tables of films and patients, as spreadsheets write them."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from opacity_studio.domain.errors import MetadataError
from opacity_studio.files.film_table import find_film_table, read_film_table


def table(folder: Path, content: str | bytes) -> Path:
    path = folder / "metadata.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_columns_are_recognised(tmp_path: Path):
    found = read_film_table(table(tmp_path, "Patient_ID,File Name,Offset\n7,a.png,3\n8,b.png,\n"))
    row = found.row_of(Path("x/a.png"))
    assert row is not None
    assert (row.patient, row.day) == ("7", "3")
    row = found.row_of(Path("b.png"))
    assert row is not None
    assert (row.patient, row.day) == ("8", None)
    assert found.row_of(Path("c.png")) is None
    assert found.warnings == ()


@pytest.mark.parametrize(
    "content",
    [
        "filename;patientid\r\nMüller.png;7\r\n".encode("cp1252"),
        "\ufefffilename\tpatientid\nMüller.png\t7\n".encode(),
        "filename,patientid\nMüller.png,7\n".encode("utf-16"),
        'patientid,"filename"\n" 7 ","Müller.png"\n'.encode(),
    ],
)
def test_spreadsheet_dialects_are_understood(tmp_path: Path, content: bytes):
    row = read_film_table(table(tmp_path, content)).row_of(Path("Müller.png"))
    assert row is not None
    assert row.patient == "7"


def test_films_are_found_by_name_in_any_case_by_stem_and_under_folders(tmp_path: Path):
    found = read_film_table(
        table(tmp_path, "file,patient\nA.PNG,1\nB.webp-day1,2\njpgs\\C.jpg,3\nimgs/d.jpg,4\n")
    )
    patients = {}
    for name in ("a.png", "B.webp-day1.png", "c.jpg", "d.jpeg"):
        row = found.row_of(Path(name))
        patients[name] = row.patient if row else None
    assert patients == {"a.png": "1", "B.webp-day1.png": "2", "c.jpg": "3", "d.jpeg": "4"}


def test_equal_stems_of_two_patients_name_neither(tmp_path: Path):
    found = read_film_table(table(tmp_path, "file,patient\na.png,1\na.jpg,2\n"))
    assert found.row_of(Path("a.tif")) is None
    row = found.row_of(Path("a.jpg"))
    assert row is not None
    assert row.patient == "2"


def test_numbers_that_a_spreadsheet_made_decimal_are_whole_again(tmp_path: Path):
    found = read_film_table(table(tmp_path, "file,patient\na.png,39.0\nb.png,39\n"))
    rows = [found.row_of(Path(name)) for name in ("a.png", "b.png")]
    assert {row.patient for row in rows if row} == {"39"}


def test_a_film_given_to_two_patients_is_reported(tmp_path: Path):
    found = read_film_table(table(tmp_path, "file,patient\na.png,1\na.png,2\n"))
    assert len(found.warnings) == 1
    assert "a.png" in found.warnings[0]


def test_named_columns_that_are_absent_are_an_error_that_lists_those_there(tmp_path: Path):
    path = table(tmp_path, "bild,person\na.png,1\n")
    with pytest.raises(MetadataError, match=r'no column "patient"; .*bild, person'):
        read_film_table(path, file_column="bild", patient_column="patient")
    row = read_film_table(path, file_column="Bild", patient_column="Person").row_of(Path("a.png"))
    assert row is not None
    assert row.patient == "1"


@pytest.mark.parametrize("content", ["", "\n", "a,b\n1,2\n", b"\0\0\0", "filename,x\na.png,1\n"])
def test_tables_that_do_not_serve_are_one_sentence(tmp_path: Path, content: str | bytes):
    path = table(tmp_path, content)
    with pytest.raises(MetadataError) as caught:
        read_film_table(path)
    assert caught.value.message.startswith("metadata.csv ")
    assert caught.value.message.count(".") <= 2
    assert caught.value.path == path
    # Nobody named this table: beside the films it is only a warning.
    assert find_film_table(tmp_path) == (None, (caught.value.message,))


def test_no_table_is_nothing_to_warn_of(tmp_path: Path):
    assert find_film_table(tmp_path) == (None, ())


def test_a_named_table_that_is_missing_is_an_error(tmp_path: Path):
    with pytest.raises(MetadataError, match="is not there"):
        read_film_table(tmp_path / "patients.csv")


def test_short_rows_and_blank_lines_are_passed_over(tmp_path: Path):
    found = read_film_table(table(tmp_path, "filename,patientid\n\na.png\n,5\nb.png,6\n"))
    first, second = found.row_of(Path("a.png")), found.row_of(Path("b.png"))
    assert first is not None
    assert first.patient is None
    assert second is not None
    assert second.patient == "6"


@pytest.mark.parametrize(("written", "named"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_an_umlaut_is_one_however_the_system_spells_it(tmp_path: Path, written: str, named: str):
    name = unicodedata.normalize(written, "Müller.png")
    row = read_film_table(table(tmp_path, f"file,patient\n{name},7\n")).row_of(
        Path(unicodedata.normalize(named, "Müller.png"))
    )
    assert row is not None
    assert row.patient == "7"


def test_a_uid_is_a_name_as_a_whole(tmp_path: Path):
    found = read_film_table(table(tmp_path, "file,patient\n1.2.840,1\n1.2.5.7,2\n1.2.6.dcm,3\n"))
    patients = {}
    for name in ("1.2.840", "1.2.840.113", "1.2.5", "1.2.5.7.dcm", "1.2.6"):
        row = found.row_of(Path(name))
        patients[name] = row.patient if row else None
    assert patients == {
        "1.2.840": "1",
        "1.2.840.113": None,
        "1.2.5": None,
        "1.2.5.7.dcm": "2",
        "1.2.6": "3",
    }
