"""Folders, films and layouts as worklists."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.errors import AnnotationError, WorklistError
from opacity_studio.files.worklist import natural_key, open_worklist
from tests.files.dicom_files import dicom_film


def touch(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"")


def names(folder: Path) -> list[str]:
    return [film.name for film in open_worklist(folder).films]


def test_numbers_count_as_numbers():
    ordered = ["Film 1.png", "film 2.png", "film 10.png", "film 10a.png", "fílm.png"]
    jumbled = ordered[3:] + ordered[:3]
    assert sorted(jumbled, key=natural_key) == ordered


@given(st.lists(st.text(), unique=True))
def test_natural_order_is_total(texts: list[str]):
    ordered = sorted(texts, key=natural_key)
    backwards = list(reversed(texts))
    assert sorted(backwards, key=natural_key) == ordered
    assert all(natural_key(a) < natural_key(b) for a, b in itertools.pairwise(ordered))


def test_only_films_are_listed(tmp_path: Path):
    touch(tmp_path, "b10.png", "b9.PNG", "a.jpeg", "c.tiff", "d.bmp", "e.dcm")
    touch(tmp_path, ".hidden.png", "._b9.png", "~$b.png", "b.png~", "a.json", "notes.txt", "README")
    touch(tmp_path / "folder.png", "x.png")
    (tmp_path / "IM0001").write_bytes(dicom_film())
    (tmp_path / "1.2.840.7").write_bytes(dicom_film())
    assert names(tmp_path) == [
        "1.2.840.7", "a.jpeg", "b9.PNG", "b10.png", "c.tiff", "d.bmp", "e.dcm", "IM0001",
    ]  # fmt: skip


def test_a_film_opens_its_folder_and_is_shown_first(tmp_path: Path):
    touch(tmp_path, "1.png", "2.png", "3.png")
    worklist = open_worklist(tmp_path / "2.png")
    assert [film.name for film in worklist.films] == ["1.png", "2.png", "3.png"]
    assert worklist.films[worklist.current].name == "2.png"
    assert worklist.folder == tmp_path


def test_an_annotation_opens_its_film(tmp_path: Path):
    touch(tmp_path, "1.png", "2.png")
    touch(tmp_path / "jsons")
    note = '{"version": "4.5.6", "flags": {}, "shapes": [], "imagePath": "%s", "imageData": %s}'
    (tmp_path / "jsons" / "2.json").write_text(note % ("../2.png", "null"))
    worklist = open_worklist(tmp_path / "jsons" / "2.json")
    assert worklist.folder == tmp_path
    assert worklist.films[worklist.current].name == "2.png"
    (tmp_path / "9.json").write_text(note % ("9.png", '"iVBORw=="'))
    worklist = open_worklist(tmp_path / "9.json")
    assert [film.name for film in worklist.films] == ["1.png", "2.png", "9.json"]
    assert worklist.films[worklist.current].name == "9.json"
    (tmp_path / "8.json").write_text("{")
    with pytest.raises(AnnotationError, match=r"^8.json "):
        open_worklist(tmp_path / "8.json")


def test_a_file_of_another_kind_is_shown_all_the_same(tmp_path: Path):
    touch(tmp_path, "1.png", "2.scan")
    worklist = open_worklist(tmp_path / "2.scan")
    assert worklist.films[worklist.current].name == "2.scan"


def test_the_study_s_layout(tmp_path: Path):
    touch(tmp_path / "jpgs", "1.jpg", "2.jpg")
    touch(tmp_path / "jpgs" / "jsons", "1.json")
    for opened in (tmp_path, tmp_path / "jpgs", tmp_path / "jpgs" / "jsons"):
        worklist = open_worklist(opened)
        assert worklist.folder == tmp_path / "jpgs"
        assert [film.name for film in worklist.films] == ["1.jpg", "2.jpg"]


def test_a_folder_s_own_films_come_before_those_below(tmp_path: Path):
    touch(tmp_path, "own.png")
    touch(tmp_path / "jpgs", "below.png")
    assert names(tmp_path) == ["own.png"]


def test_equal_stems_are_reported(tmp_path: Path):
    touch(tmp_path, "a.png", "a.jpg", "b.png")
    worklist = open_worklist(tmp_path)
    assert len(worklist.films) == 3
    assert len(worklist.warnings) == 1
    assert "a.jpg, a.png" in worklist.warnings[0]


def test_dicom_files_named_by_uid_are_no_twins(tmp_path: Path):
    for name in ("1.2.840.1", "1.2.840.2"):
        (tmp_path / name).write_bytes(dicom_film())
    assert open_worklist(tmp_path).warnings == ()


def test_patient_and_day_come_from_the_table_else_the_name(tmp_path: Path):
    touch(tmp_path, "a.png", "b.png", "P2_2026-01-08.png")
    (tmp_path / "metadata.csv").write_text("filename,patientid,day\na.png,7,3\n")
    films = {film.name: film for film in open_worklist(tmp_path).films}
    assert (films["a.png"].patient, films["a.png"].day) == ("7", "3")
    assert films["a.png"].day_text == "day 3"
    assert (films["b.png"].patient, films["b.png"].day) == (None, None)
    assert films["b.png"].day_text == ""
    assert films["P2_2026-01-08.png"].patient == "P2"
    assert films["P2_2026-01-08.png"].day_text == "2026-01-08"


def test_a_damaged_table_is_a_warning(tmp_path: Path):
    touch(tmp_path, "a.png")
    (tmp_path / "metadata.csv").write_text("x\n")
    worklist = open_worklist(tmp_path)
    assert len(worklist.films) == 1
    assert "metadata.csv" in worklist.warnings[0]


def test_a_folder_without_films_says_so(tmp_path: Path):
    touch(tmp_path / "empty", "notes.txt")
    with pytest.raises(WorklistError, match=r"^empty has no films .* choose the folder"):
        open_worklist(tmp_path / "empty")


def test_what_is_not_there_says_so(tmp_path: Path):
    with pytest.raises(WorklistError, match=r"^gone is not there"):
        open_worklist(tmp_path / "gone")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root to change user")
def test_a_folder_that_may_not_be_read_says_so(tmp_path: Path):
    touch(tmp_path / "closed", "a.png")
    (tmp_path / "closed").chmod(0o700)
    # pytest closes its folders to others: let the other user reach this one.
    for folder in (tmp_path, *tmp_path.parents):
        if not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    script = (
        "import os, sys; from pathlib import Path\n"
        "from opacity_studio.domain.errors import WorklistError\n"
        "from opacity_studio.files.worklist import open_worklist\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "try: open_worklist(Path(sys.argv[1]))\n"
        "except WorklistError as error: print(error.message)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "closed")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.startswith("closed cannot be opened (Permission denied)")


def test_ten_thousand_films_are_listed_within_a_second(tmp_path: Path):
    for number in range(10_000):
        os.close(os.open(tmp_path / f"film {number}.png", os.O_CREAT | os.O_WRONLY))
    # Processor time: what else the machine does is not the listing's doing.
    start = time.process_time()
    worklist = open_worklist(tmp_path)
    assert time.process_time() - start < 1.0
    assert len(worklist.films) == 10_000
    assert worklist.films[9_999].name == "film 9999.png"


def test_names_in_other_scripts_are_kept(tmp_path: Path):
    touch(tmp_path, "лёгкое 1.png", "胸部.jpg", "naïve.png")
    assert set(names(tmp_path)) == {"лёгкое 1.png", "胸部.jpg", "naïve.png"}
