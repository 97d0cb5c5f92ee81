"""Readers whose annotations of the same films live apart."""

import json
from pathlib import Path, PureWindowsPath

import cv2
import numpy as np
import pytest

from opacity_studio.domain.errors import AnnotationError, AnnotationWriteError
from opacity_studio.domain.shape import Shape
from opacity_studio.files.annotation_store import (
    film_of_annotation,
    load_annotation,
    save_annotation,
)
from opacity_studio.files.image_path import named_film, place_of_reader
from opacity_studio.files.reader_folders import place_of_reading, readers_beside
from opacity_studio.files.worklist import open_worklist

TRIANGLE = [(10, 10), (30, 10), (10, 40)]


@pytest.fixture
def films(tmp_path: Path) -> Path:
    for name in ("film 1.png", "film 2.png"):
        cv2.imwrite(str(tmp_path / name), np.zeros((60, 80), np.uint8))
    return tmp_path


def annotate(films: Path, reader: str, film: str, label: str = "opacity") -> Path:
    folder = place_of_reader(films, reader)
    file = load_annotation(films / film, folder=folder, width=80, height=60)
    new = file.annotation.adding(Shape(label, TRIANGLE))
    saved = save_annotation(file, new, rendering=(films / film).read_bytes)
    return saved.path


def test_each_reader_has_an_annotation_of_the_film(films: Path):
    anna, bert = (annotate(films, reader, "film 1.png") for reader in ("Anna Ott", "Bert"))
    assert anna == films / "annotations" / "Anna Ott" / "film 1.json"
    assert anna != bert
    assert not load_annotation(films / "film 1.png").annotation.shapes
    again = load_annotation(films / "film 1.png", folder=anna.parent)
    assert [shape.label for shape in again.annotation.shapes] == ["opacity"]
    assert again.annotation.image_path == "../../film 1.png"
    assert not again.warnings


def test_labelme_finds_the_image_inside(films: Path):
    path = annotate(films, "Anna", "film 1.png")
    annotation = load_annotation(films / "film 1.png", folder=path.parent).annotation
    assert annotation.image_data is not None


@pytest.mark.parametrize("reader", ["a/b", "..", "", 'x:"<>|?*', ". "])
def test_no_name_leads_out_of_the_readers_folder(films: Path, reader: str):
    place = place_of_reader(films, reader)
    assert place.parent == films / "annotations"
    assert place.resolve().parent == (films / "annotations").resolve()


def test_a_readers_file_may_name_its_film_but_nothing_further_up(films: Path):
    path = films / "annotations" / "Anna" / "film 1.json"
    assert named_film(path, "../../film 1.png") == films / "film 1.png"
    assert named_film(path, "../../../elsewhere.png") is None
    assert named_film(path.parent / "repeat" / "film 1.json", "../../../film 1.png") == (
        films / "film 1.png"
    )
    deeper = path.parent / "one" / "two" / "film 1.json"
    assert named_film(deeper, "../../../../film 1.png") is None


def test_the_film_of_a_readers_file_is_found(films: Path):
    path = annotate(films, "Anna", "film 1.png")
    assert film_of_annotation(path) == films / "film 1.png"


def test_a_readers_file_without_a_film_says_so(films: Path):
    path = annotate(films, "Anna", "film 1.png")
    document = json.loads(path.read_text())
    stray = path.with_name("nothing.json")
    stray.write_text(json.dumps({**document, "imagePath": "../../nothing.png", "imageData": None}))
    with pytest.raises(AnnotationError, match=r"nothing\.json has no film"):
        film_of_annotation(stray)


def test_a_worklist_reads_and_writes_one_readers_annotations(films: Path):
    worklist = open_worklist(films, "Anna")
    assert worklist.films.annotations == films / "annotations" / "Anna"
    assert [film.annotations for film in worklist.films] == [worklist.films.annotations] * 2
    assert open_worklist(films).films.annotations is None


def test_the_first_save_of_a_reader_makes_the_folder_as_the_films_folder_is(films: Path):
    films.chmod(0o775)
    place = place_of_reader(films, "Zoe")
    load_annotation(films / "film 1.png", folder=place)
    assert not place.parent.exists()
    assert annotate(films, "Zoe", "film 1.png").parent == place
    assert place.stat().st_mode == place.parent.stat().st_mode == films.stat().st_mode


def test_no_folder_is_made_where_the_films_are_gone(tmp_path: Path):
    film = tmp_path / "drive" / "film 1.png"
    film.parent.mkdir()
    cv2.imwrite(str(film), np.zeros((60, 80), np.uint8))
    place = place_of_reader(film.parent, "Zoe")
    file = load_annotation(film, folder=place, width=80, height=60)
    film.parent.rename(tmp_path / "taken away")
    with pytest.raises(AnnotationWriteError, match="the folder is not there"):
        save_annotation(file, file.annotation.adding(Shape("opacity", TRIANGLE)))
    assert not film.parent.exists()


def test_a_readers_folder_or_file_opens_the_films_with_its_annotations(films: Path):
    path = annotate(films, "Anna", "film 2.png")
    for opened in (path, path.parent):
        worklist = open_worklist(opened, "Bert")
        assert worklist.folder == films
        assert worklist.films.annotations == path.parent
    assert worklist.films[open_worklist(path).current].name == "film 2.png"


def test_the_readers_of_a_folder_are_found(films: Path):
    assert readers_beside(films) == ()
    annotate(films, "Bert", "film 1.png")
    annotate(films, "Anna", "film 1.png")
    annotate(films, "Anna", "film 2.png")
    (films / "annotations" / "Nobody").mkdir()
    (films / "annotations" / ".hidden").mkdir()
    (films / "annotations" / "notes.txt").write_text("no reader")
    readers = readers_beside(films)
    assert [reader.name for reader in readers] == ["Anna", "Bert", "Nobody"]
    assert place_of_reading(films / "film 1.png", readers[0]) == readers[0]
    below = readers[2] / "jsons"
    below.mkdir()
    (below / "film 1.json").write_text("{}")
    assert place_of_reading(films / "film 1.png", readers[2]) == below
    assert place_of_reading(films / "film 2.png", readers[2]) == readers[2]


@pytest.mark.parametrize("reader", ["con", "AUX", "nul.1", "Com1"])
def test_a_reader_may_be_called_what_windows_keeps_for_itself(films: Path, reader: str):
    name = place_of_reader(films, reader).name
    assert not PureWindowsPath(name).is_reserved()
    assert reader in name
