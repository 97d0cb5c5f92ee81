from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.film_summary import summary_of
from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.repeats import RepeatPlan
from opacity_studio.domain.review_status import ReviewEvent, ReviewRecord, ReviewStatus
from opacity_studio.domain.shape import Shape
from opacity_studio.files.annotation_stamps import annotation_stamps
from opacity_studio.files.annotation_store import annotation_path, load_annotation, save_annotation
from opacity_studio.files.earlier_film import earlier_films
from opacity_studio.files.film_table import FilmRow, FilmTable
from opacity_studio.files.image_path import place_of_reader
from opacity_studio.files.labelme_json import dump_annotation
from opacity_studio.files.patients import date_in_name, patient_in_name
from opacity_studio.files.radiograph_reader import read_radiograph
from opacity_studio.files.repeats import KEY, _patterns, films_of_repeat, repeats_of, with_repeats
from opacity_studio.files.training_films import collect_films
from opacity_studio.files.worklist import Film, Films, Worklist, open_worklist
from opacity_studio.files.worklist_index import WorklistIndex
from tests.files.dicom_files import dicom_film

EVERYTHING = RepeatPlan("Ada", 1.0, 2)
RING = np.array([[2.0, 2.0], [20.0, 2.0], [20.0, 20.0]])


def marked(name: str, minute: int) -> Annotation:
    drawn = Annotation(name, 32, 24, shapes=(Shape(OPACITY, RING + minute),))
    event = ReviewEvent(
        "annotated",
        f"2026-03-02T08:{minute:02d}:00+00:00",
        "Ada",
        "annotator",
        drawn.shapes_digest,
    )
    return replace(drawn, review=ReviewRecord(ReviewStatus.ANNOTATED, (event,)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six films, the first four of them marked by Ada."""
    films = tmp_path / "films"
    films.mkdir()
    rows = ["filename,patientid,offset"]
    for number in range(6):
        name = f"chest-{number:03d}.png"
        grey = np.full((24, 32), 40 + number, np.uint8)
        cv2.imwrite(str(films / name), grey)
        rows.append(f"{name},{50 + number},{number}")
        if number < 4:
            path = annotation_path(films / name)
            path.write_bytes(dump_annotation(marked(name, number)))
            os.utime(path, (1_700_000_000, 1_700_000_000))
    (films / "metadata.csv").write_text("\n".join(rows))
    return films


@pytest.fixture
def index(folder: Path, tmp_path: Path) -> WorklistIndex:
    made = WorklistIndex(tmp_path / "cache", folder)
    stamps = annotation_stamps(folder, open_worklist(folder).films.names)
    made.keep((name, stamps[name], summary_of(read(folder / name))) for name in stamps)
    return made


def read(film: Path) -> Annotation:
    return load_annotation(film).annotation


def opened(folder: Path, index: WorklistIndex, plan: RepeatPlan = EVERYTHING) -> Worklist:
    return with_repeats(open_worklist(folder), plan, index)


def test_what_was_marked_long_enough_ago_comes_back_under_another_name(
    folder: Path, index: WorklistIndex
) -> None:
    worklist = opened(folder, index)
    back = repeats_of(folder, "Ada")
    # Two others were marked after each of these.
    assert sorted(repeat.image for repeat in back) == ["chest-000.png", "chest-001.png"]
    assert len(worklist.films) == 8
    names = [film.name for film in worklist.films]
    assert names == sorted(names)
    assert len(set(names)) == 8
    patients = [film.patient for film in worklist.films]
    assert None not in patients
    assert len(set(patients)) == 8
    for repeat in back:
        again = repeat.film
        assert again.name.startswith("chest-")
        assert again.day == str(int(repeat.image[6:9]))
        pixels = read_radiograph(again.path).pixels
        assert (pixels == read_radiograph(folder / repeat.image).pixels).all()
        row = worklist.films.row_of(again.path)
        assert row is not None
        assert worklist.films[row] == again
        assert worklist.films.path_at(row) == again.path
        assert read(again.path).status is ReviewStatus.UNREAD
        assert read(again.path).shapes == ()


def test_another_name_never_tells_another_finding(tmp_path: Path) -> None:
    films = Films(
        tmp_path,
        ("covid-1.png", "covid-2.png", "legionella-7.png"),
        FilmTable(
            tmp_path / "metadata.csv",
            {
                f"{name}-{number}.png": FilmRow(str(number), None, name)
                for name, number in (("covid", 1), ("covid", 2), ("legionella", 7))
            },
            {},
        ),
    )
    for unread in ({"covid-2.png", "legionella-7.png"}, {"legionella-7.png"}):
        assert _patterns(films[0], films, unread) == ["covid-2.png"]


def test_opening_again_brings_the_same_films_under_the_same_names(
    folder: Path, index: WorklistIndex
) -> None:
    first = list(opened(folder, index).films)
    assert list(opened(folder, index).films) == first
    # They stay when the share is taken back, and come to nobody else.
    assert len(opened(folder, index, RepeatPlan("Ada", 0.0, 2)).films) == 8
    assert len(opened(folder, index, RepeatPlan("Ben", 1.0, 0)).films) == 6


def test_the_second_reading_leaves_the_first_as_it_is_and_remembers_whose_it_is(
    folder: Path, index: WorklistIndex
) -> None:
    before = {path.name: path.read_bytes() for path in sorted(folder.glob("*.json"))}
    opened(folder, index)
    for repeat in repeats_of(folder, "Ada"):
        file = load_annotation(repeat.film.path)
        shape = Shape(OPACITY, RING)
        changed = file.annotation.adding(shape)
        assert changed.review is not None
        event = ReviewEvent("annotated", "", "Ada", "annotator", changed.shapes_digest)
        changed = replace(changed, review=changed.review.with_event(event))
        save_annotation(file, changed)
    assert {path.name: path.read_bytes() for path in sorted(folder.glob("*.json"))} == before
    for repeat in repeats_of(folder, "Ada"):
        assert repeat.annotation.status is ReviewStatus.ANNOTATED
        assert repeat.annotation.review is not None
        assert repeat.annotation.review.extra[KEY]["image"] == repeat.image


def test_nothing_that_counts_films_sees_a_repeat(folder: Path, index: WorklistIndex) -> None:
    opened(folder, index)
    assert len(open_worklist(folder).films) == 6
    assert len(collect_films(folder).films) == 4
    apart = open_worklist(folder, "Ada")
    assert len(apart.films) == 6


def test_readers_apart_have_their_repeats_apart(folder: Path, tmp_path: Path) -> None:
    place = place_of_reader(folder, "Ada")
    place.mkdir(parents=True)
    for path in sorted(folder.glob("*.json")):
        path.rename(place / path.name)
    worklist = open_worklist(folder, "Ada")
    index = WorklistIndex(tmp_path / "cache", place)
    stamps = annotation_stamps(folder, worklist.films.names, apart=place)
    index.keep(
        (name, stamps[name], summary_of(load_annotation(folder / name, folder=place).annotation))
        for name in stamps
    )
    joined = with_repeats(worklist, EVERYTHING, index).films
    assert len(joined) == 8
    assert joined.annotations == place
    for repeat in repeats_of(folder, "Ada"):
        assert repeat.film.annotations is None
        assert repeat.annotation.image_width == 32
    stamps = annotation_stamps(folder, joined.names, apart=place)
    assert len(stamps) == 6


def test_the_film_that_was_asked_for_is_still_the_first_one_shown(
    folder: Path, index: WorklistIndex
) -> None:
    asked = open_worklist(folder / "chest-004.png")
    worklist = with_repeats(asked, EVERYTHING, index)
    assert worklist.films[worklist.current].name == "chest-004.png"


def test_a_film_that_came_back_is_opened_among_the_others(
    folder: Path, index: WorklistIndex
) -> None:
    opened(folder, index)
    again = repeats_of(folder, "Ada")[0].film
    assert films_of_repeat(again.path) == folder
    assert films_of_repeat(again.path.parent) == folder
    assert films_of_repeat(folder / "chest-000.png") is None
    assert films_of_repeat(folder) is None
    worklist = with_repeats(open_worklist(folder), EVERYTHING, index, first=again.path)
    assert worklist.films[worklist.current] == again
    assert list(earlier_films(worklist.films, again)) == []


def test_the_worklists_stamps_and_its_index_know_repeats(
    folder: Path, index: WorklistIndex
) -> None:
    films = opened(folder, index).films
    stamps = annotation_stamps(folder, films.names)
    assert sum("/" in name for name in stamps) == 2
    assert len(stamps) == 6


def test_a_folder_that_takes_nothing_brings_nothing_back(
    folder: Path, index: WorklistIndex
) -> None:
    # A file stands where the readers' folder would be.
    place_of_reader(folder, "Ada").parent.write_bytes(b"")
    assert len(opened(folder, index).films) == 6


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"shapes": []}', None])
def test_what_is_damaged_is_passed_over(
    folder: Path, index: WorklistIndex, damage: bytes | None
) -> None:
    opened(folder, index)
    first = repeats_of(folder, "Ada")[0]
    file = annotation_path(first.film.path)
    if damage is None:
        file.unlink()
    else:
        file.write_bytes(damage)
    left = None if damage is None else file.read_bytes()
    opened(folder, index)
    assert repeats_of(folder, "Ada") != ()
    assert left == (None if damage is None else file.read_bytes())
    assert first.film.name not in [repeat.film.name for repeat in repeats_of(folder, "Ada")]


def brought_back(films: Path, cache: Path, names: list[str]) -> list[Film]:
    """Return what comes back to Ada of films she marked in this order."""
    for minute, name in enumerate(names):
        path = annotation_path(films / name)
        path.write_bytes(dump_annotation(marked(name, minute)))
        os.utime(path, (1_700_000_000, 1_700_000_000))
    index = WorklistIndex(cache, films)
    stamps = annotation_stamps(films, names)
    index.keep((name, stamps[name], summary_of(read(films / name))) for name in names)
    with_repeats(open_worklist(films), RepeatPlan("Ada", 1.0, 0), index)
    return [repeat.film for repeat in repeats_of(films, "Ada")]


def test_a_dicom_film_comes_back_without_its_header(tmp_path: Path) -> None:
    films = tmp_path / "films"
    films.mkdir()
    # One without a suffix, as archives have it; of neither does a table say the patient.
    names = ["chest-1.dcm", "1.2.840.7"]
    for name in names:
        data = dicom_film(PatientID="SECRET-17", PatientName="SECRET^Anna", WindowCenter="2000")
        (films / name).write_bytes(data)
    back = brought_back(films, tmp_path / "cache", names)
    assert len(back) == 2
    for film in back:
        assert b"SECRET" not in film.path.read_bytes()
        shown = read_radiograph(film.path)
        assert shown.patient_id is None
        assert (shown.pixels == read_radiograph(films / names[0]).pixels).all()


def test_a_name_that_states_patient_and_day_keeps_the_day(tmp_path: Path) -> None:
    films = tmp_path / "films"
    films.mkdir()
    names = [f"COVID-19-AR-1640648{n}_0{n}-08-2012-XR.png" for n in range(1, 5)]
    for number, name in enumerate(names):
        cv2.imwrite(str(films / name), np.full((24, 32), number, np.uint8))
    back = brought_back(films, tmp_path / "cache", names)
    assert len(back) == 4
    assert {date_in_name(film.path) for film in back} == {f"0{n}-08-2012" for n in range(1, 5)}
    for film in back:
        # What the list shows beside the name is what the name says.
        assert patient_in_name(film.path) == film.patient
        assert date_in_name(film.path) == film.day
        assert film.patient not in {patient_in_name(films / name) for name in names}
