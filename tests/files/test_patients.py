"""Whose film is it: table, DICOM, file name, else the film itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from opacity_studio.domain.errors import MetadataError
from opacity_studio.files.patients import assign_patients, date_in_name, patient_in_name
from tests.files.dicom_files import dicom_film


@pytest.mark.parametrize(
    ("name", "patient", "date"),
    [
        ("COVID-19-AR-16406488_01-08-2012-XR.jpg", "COVID-19-AR-16406488", "01-08-2012"),
        ("COVID-19-AR-16406488_01-08-2012-XR-2.png", "COVID-19-AR-16406488", "01-08-2012"),
        ("SAMPLE-0003_2026-01-08.png", "SAMPLE-0003", "2026-01-08"),
        ("Screenshot_2026-01-08.png", None, None),
        ("film_01-08-2012.png", None, None),
        ("SARS-10.1148rg.242035193-g04mr34g0-Fig8a-day0.jpeg", None, None),
        ("a.png", None, None),
    ],
)
def test_file_names_that_state_a_patient(name: str, patient: str | None, date: str | None):
    assert patient_in_name(Path(name)) == patient
    assert date_in_name(Path(name)) == date


def test_sources_are_asked_in_order(tmp_path: Path):
    (tmp_path / "metadata.csv").write_text("filename,patientid\nP1_2026-01-08.png,T1\nx.dcm,\n")
    (tmp_path / "x.dcm").write_bytes(dicom_film(PatientID="D1"))
    (tmp_path / "P9_2026-01-08.dcm").write_bytes(dicom_film(PatientID=""))
    films = [
        tmp_path / name
        for name in (
            "P1_2026-01-08.png",
            "x.dcm",
            "P9_2026-01-08.dcm",
            "P2_2026-01-08.png",
            "z.png",
        )
    ]
    table = assign_patients(films)
    assert [table.patient_of[film] for film in films] == ["T1", "D1", "P9", "P2", "z.png"]
    assert table.sources == {"table": 1, "dicom": 1, "file name": 2, "film": 1}
    assert len(table.warnings) == 1
    assert "1 of 5 films is unknown" in table.warnings[0]


def test_known_patients_leave_nothing_to_warn_of(tmp_path: Path):
    films = [tmp_path / "P1_2026-01-08.png", tmp_path / "P1_2026-02-08.png"]
    table = assign_patients(films)
    assert set(table.patient_of.values()) == {"P1"}
    assert table.warnings == ()


def test_a_named_table_and_its_columns(tmp_path: Path):
    elsewhere = tmp_path / "patients.csv"
    elsewhere.write_text("bild;person\nz.png;17\n")
    film = tmp_path / "films" / "z.png"
    table = assign_patients([film], metadata=elsewhere, file_column="bild", patient_column="person")
    assert table.patient_of == {film: "17"}
    with pytest.raises(MetadataError, match="no column"):
        assign_patients([film], metadata=elsewhere, patient_column="patient")


def test_an_unusable_table_beside_the_films_is_told(tmp_path: Path):
    (tmp_path / "metadata.csv").write_text("a,b\n1,2\n")
    table = assign_patients([tmp_path / "P1_2026-01-08.png"])
    assert table.patient_of == {tmp_path / "P1_2026-01-08.png": "P1"}
    assert "metadata.csv has no column of file names" in table.warnings[0]


def test_a_damaged_dicom_file_has_no_patient(tmp_path: Path):
    film = tmp_path / "broken.dcm"
    film.write_bytes(dicom_film()[:150])
    assert assign_patients([film]).patient_of == {film: "broken.dcm"}


def test_the_real_films_are_55_patients(covid_cxr: Path):
    films = [p for p in covid_cxr.iterdir() if p.suffix not in (".json", ".csv")]
    table = assign_patients(films)
    assert len(films) == 70
    assert len(set(table.patient_of.values())) == 55
    assert table.sources == {"table": 70}
    assert table.warnings == ()
