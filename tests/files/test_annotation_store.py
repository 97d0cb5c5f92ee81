"""Whose annotation a file is, where it lies, and what saving it does to it."""

from __future__ import annotations

import base64
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import (
    AnnotationConflictError,
    AnnotationError,
    AnnotationFormatError,
    AnnotationWriteError,
)
from opacity_studio.domain.shape import Shape
from opacity_studio.files.annotation_store import (
    AnnotationFile,
    annotation_path,
    film_of_annotation,
    load_annotation,
    save_annotation,
)
from tests.files.labelme_files import as_bytes, document, png_base64, shape, with_defaults

TRIANGLE = Shape("opacity", [[10.0, 10.0], [90.0, 12.0], [50.0, 80.0]])
PICTURE = base64.b64decode(png_base64())


def never() -> bytes:
    raise AssertionError("no rendering was wanted")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a data set folder beside a film that is none of its business."""
    (tmp_path / "outside.png").write_bytes(PICTURE)
    data = tmp_path / "data"
    data.mkdir()
    return data


def put(path: Path, **changes: Any) -> Path:
    """Write an annotation file with one shape and no embedded image."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(as_bytes(document(shape(), **({"imageData": None} | changes))))
    return path


def film_at(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(PICTURE)
    return path


def entries(folder: Path) -> set[str]:
    return {str(entry.relative_to(folder)) for entry in folder.rglob("*") if entry.is_file()}


# Where the file of a film is


def test_an_annotation_is_looked_for_beside_its_film_then_in_jsons(folder: Path) -> None:
    film = film_at(folder / "a.png")
    assert annotation_path(film) == folder / "a.json"
    below = put(folder / "jsons" / "a.json", imagePath="../a.png")
    assert annotation_path(film) == below
    beside = put(folder / "a.json", imagePath="a.png")
    assert annotation_path(film) == beside


@pytest.mark.parametrize(
    ("film", "expected"),
    [
        ("41591_Fig1.webp-day10.png", "41591_Fig1.webp-day10.json"),
        ("UPPER.JPEG", "UPPER.json"),
        ("IM0001", "IM0001.json"),
        ("1.2.840.113619.2.55", "1.2.840.113619.2.55.json"),
        ("1.2.840.113619.2.55.dcm", "1.2.840.113619.2.55.json"),
        ("embedded.json", "embedded.json"),
    ],
)
def test_names_keep_what_is_not_a_films_suffix(folder: Path, film: str, expected: str) -> None:
    assert annotation_path(folder / film) == folder / expected


# Opening


def test_a_film_without_a_file_has_an_empty_annotation_of_its_size(folder: Path) -> None:
    film = film_at(folder / "a.png")
    file = load_annotation(film, width=200, height=160)
    assert file == AnnotationFile(folder / "a.json", Annotation("a.png", 200, 160), None, film)
    assert entries(folder) == {"a.png"}


def test_a_file_that_names_no_size_gets_the_films(folder: Path) -> None:
    film = film_at(folder / "a.png")
    put(folder / "a.json", imagePath="a.png", imageHeight=None, imageWidth=None)
    annotation = load_annotation(film, width=200, height=160).annotation
    assert (annotation.image_width, annotation.image_height) == (200, 160)


@pytest.mark.parametrize("size", [(160, 200), (200, 161), (1, 160)])
def test_a_film_of_another_size_is_refused(folder: Path, size: tuple[int, int]) -> None:
    film = film_at(folder / "a.png")
    path = put(folder / "a.json", imagePath="a.png")
    before = path.read_bytes()
    with pytest.raises(AnnotationError, match=r"^a\.json was drawn on .* 200 × 160 .*\.$"):
        load_annotation(film, width=size[0], height=size[1])
    assert path.read_bytes() == before


def test_a_damaged_file_is_refused_and_left(folder: Path) -> None:
    film = film_at(folder / "a.png")
    (folder / "a.json").write_bytes(b'{"shapes": [')
    with pytest.raises(AnnotationFormatError, match=r"^a\.json is not valid JSON"):
        load_annotation(film)
    assert (folder / "a.json").read_bytes() == b'{"shapes": ['


def test_a_folder_in_place_of_the_file_is_refused(folder: Path) -> None:
    film = film_at(folder / "a.png")
    (folder / "a.json").mkdir()
    with pytest.raises(AnnotationError, match="a folder has that name"):
        load_annotation(film)


@pytest.mark.parametrize(
    "image_path",
    ["../outside.png", "..\\outside.png", "/etc/passwd", "C:\\films\\b.png", "x/../../b.png",
     "\\\\server\\share\\b.png", "..", "a\0.png", "../" * 40 + "etc/passwd", "../data2/b.png"],
)  # fmt: skip
def test_an_image_path_that_leads_outside_is_refused(folder: Path, image_path: str) -> None:
    film = film_at(folder / "a.png")
    path = put(folder / "a.json", imagePath=image_path)
    before = path.read_bytes()
    with pytest.raises(AnnotationError, match=r"^a\.json names an image outside .* a\.png\.$"):
        load_annotation(film)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "image_path", ["C:\\Users\\reader\\study\\a.png", "/mnt/old/a.png", "../elsewhere/a.jpg"]
)
def test_a_path_from_another_machine_is_not_followed_but_said(
    folder: Path, image_path: str
) -> None:
    film = film_at(folder / "a.png")
    put(folder / "a.json", imagePath=image_path)
    file = load_annotation(film)
    assert len(file.warnings) == 1
    assert image_path in file.warnings[0]
    saved = save_annotation(file, file.annotation.adding(TRIANGLE), rendering=never)
    assert saved.annotation.image_path == "a.png"
    assert load_annotation(film).warnings == ()


@pytest.mark.parametrize("place", ["a.json", "jsons/a.json"])
@pytest.mark.parametrize("image_path", ["../jpgs/a.png", "a.png", "gone.png", "sub/a.png", ""])
def test_paths_that_stay_inside_are_taken_without_a_word(
    tmp_path: Path, place: str, image_path: str
) -> None:
    film = film_at(tmp_path / "jpgs" / "a.png")
    put(film.parent / place, imagePath=image_path)
    file = load_annotation(film, width=200, height=160)
    assert file.warnings == ()
    assert len(file.annotation.shapes) == 1


def test_a_file_in_jsons_may_name_a_film_of_the_folder_above(folder: Path) -> None:
    film = film_at(folder / "a.png")
    put(folder / "jsons" / "a.json", imagePath="..\\a.png")
    assert load_annotation(film).warnings == ()
    put(folder / "jsons" / "a.json", imagePath="../../outside.png")
    with pytest.raises(AnnotationError, match="outside"):
        load_annotation(film)


def test_films_of_equal_stem_do_not_get_each_others_annotation(folder: Path) -> None:
    png, jpg = film_at(folder / "a.png"), film_at(folder / "a.jpg")
    file = load_annotation(png)
    save_annotation(file, file.annotation.adding(TRIANGLE))
    before = (folder / "a.json").read_bytes()
    with pytest.raises(AnnotationError, match=r"^a\.json belongs to a\.png, not to a\.jpg"):
        load_annotation(jpg)
    assert (folder / "a.json").read_bytes() == before


def test_two_films_of_equal_stem_opened_at_once_cannot_overwrite_each_other(folder: Path) -> None:
    first, second = (load_annotation(film_at(folder / name)) for name in ("a.png", "a.jpg"))
    save_annotation(first, first.annotation.adding(TRIANGLE))
    before = (folder / "a.json").read_bytes()
    with pytest.raises(AnnotationConflictError):
        save_annotation(second, second.annotation.adding(TRIANGLE))
    assert (folder / "a.json").read_bytes() == before


# Saving


def test_a_new_file_lies_beside_its_film_and_names_it(folder: Path) -> None:
    film = film_at(folder / "a.png")
    file = load_annotation(film, width=200, height=160)
    saved = save_annotation(file, file.annotation.adding(TRIANGLE), rendering=never)
    written = json.loads((folder / "a.json").read_bytes())
    assert entries(folder) == {"a.png", "a.json"}
    assert {key: written[key] for key in written if key.startswith("image")} == {
        "imagePath": "a.png", "imageData": None, "imageHeight": 160, "imageWidth": 200,
    }  # fmt: skip
    assert load_annotation(film) == saved


def test_saves_follow_each_other_without_a_conflict(folder: Path) -> None:
    film = film_at(folder / "a.png")
    file = load_annotation(film)
    for _ in range(3):
        file = save_annotation(file, file.annotation.adding(TRIANGLE.copied()))
    assert len(load_annotation(film).annotation.shapes) == 3


def test_an_unchanged_file_means_the_same_after_saving(folder: Path) -> None:
    film = film_at(folder / "a.png")
    path = put(folder / "a.json", imagePath="a.png", mine={"x": [1.5]}, lineColor=[0, 1, 2, 3])
    before = json.loads(path.read_bytes())
    file = load_annotation(film, width=200, height=160)
    save_annotation(file, file.annotation, rendering=never)
    assert json.loads(path.read_bytes()) == with_defaults(before)


def test_it_is_saved_where_it_was_found_with_a_rendering(folder: Path) -> None:
    film = film_at(folder / "a.png")
    put(folder / "jsons" / "a.json", imagePath="../a.png")
    file = load_annotation(film)
    save_annotation(file, file.annotation.adding(TRIANGLE), rendering=lambda: PICTURE)
    assert entries(folder) == {"a.png", "jsons/a.json"}
    written = json.loads((folder / "jsons" / "a.json").read_bytes())
    assert base64.b64decode(written["imageData"]) == PICTURE
    assert written["imagePath"] == "../a.png"


def test_an_embedded_image_is_never_touched(folder: Path) -> None:
    film = film_at(folder / "a.png")
    put(folder / "jsons" / "a.json", imagePath="../a.png", imageData=png_base64(value=77))
    file = load_annotation(film)
    saved = save_annotation(file, file.annotation.adding(TRIANGLE), rendering=never)
    assert saved.annotation.image_data == png_base64(value=77)
    assert load_annotation(film).annotation.image_data == png_base64(value=77)


def test_the_film_is_rendered_once_not_on_every_save(folder: Path) -> None:
    film = folder / "a.dcm"
    film.write_bytes(b"\0" * 128 + b"DICM")
    file = load_annotation(film, width=200, height=160)
    # The session's annotation knows nothing of the image that the first save put in.
    mine = file.annotation.adding(TRIANGLE)
    file = save_annotation(file, mine, rendering=lambda: PICTURE)
    file = save_annotation(file, mine.adding(TRIANGLE.copied()), rendering=never)
    written = json.loads((folder / "a.json").read_bytes())
    assert base64.b64decode(written["imageData"]) == PICTURE
    assert written["imagePath"] == "a.dcm"
    assert len(written["shapes"]) == 2


@pytest.mark.parametrize("theirs", [b'{"shapes": []}', None], ids=["changed", "deleted"])
def test_a_change_on_disk_is_a_conflict_and_stands(folder: Path, theirs: bytes | None) -> None:
    film = film_at(folder / "a.png")
    path = put(folder / "a.json", imagePath="a.png")
    file = load_annotation(film)
    if theirs is None:
        path.unlink()
    else:
        path.write_bytes(theirs)
    with pytest.raises(AnnotationConflictError, match=r"^a\.json was changed .*\.$"):
        save_annotation(file, file.annotation.adding(TRIANGLE))
    assert (path.read_bytes() if path.exists() else None) == theirs
    assert entries(folder) == {"a.png"} | ({"a.json"} if theirs is not None else set())


def test_a_folder_that_went_away_is_a_write_error(folder: Path) -> None:
    film = film_at(folder / "a.png")
    file = load_annotation(film)
    film.unlink()
    folder.rmdir()
    with pytest.raises(AnnotationWriteError, match=r"^a\.json could not .* folder is not there"):
        save_annotation(file, file.annotation.adding(TRIANGLE))
    assert not folder.exists()


def test_what_could_not_be_read_again_is_not_written(folder: Path) -> None:
    film = film_at(folder / "a.png")
    path = put(folder / "a.json", imagePath="a.png")
    before = path.read_bytes()
    file = load_annotation(film)
    broken = replace(TRIANGLE, points=np.array([[0.0, np.nan], [1.0, 1.0], [2.0, 0.0]]))
    with pytest.raises(AnnotationWriteError, match="not a number"):
        save_annotation(file, file.annotation.adding(broken))
    assert path.read_bytes() == before


# The film of a file


def test_a_files_film_is_the_one_it_names_else_that_of_its_own_name(folder: Path) -> None:
    film = film_at(folder / "a.png")
    path = put(folder / "a.json", imagePath="a.png")
    assert film_of_annotation(path) == film
    put(path, imagePath="renamed.jpg")
    assert film_of_annotation(path) == film
    other = film_at(folder / "b.png")
    assert film_of_annotation(put(folder / "jsons" / "b.json", imagePath="b.png")) == other


def test_a_file_never_leads_to_a_film_outside_its_folder(folder: Path) -> None:
    for image_path in ("../outside.png", str(folder.parent / "outside.png")):
        path = put(folder / "outside_.json", imagePath=image_path)
        with pytest.raises(AnnotationError, match=r"^outside_\.json has no film"):
            film_of_annotation(path)


def test_a_file_that_lies_where_its_film_does_not_look_says_so(folder: Path) -> None:
    film_at(folder / "a.png")
    path = put(folder / "labels" / "a.json", imagePath="a.png")
    with pytest.raises(AnnotationError, match="lies neither beside it nor in jsons/"):
        film_of_annotation(path)


def test_an_embedded_image_is_the_film_where_there_is_no_other(folder: Path) -> None:
    path = put(folder / "a.json", imagePath="gone.png", imageData=png_base64())
    assert film_of_annotation(path) == path
    file = load_annotation(path, width=200, height=160)
    saved = save_annotation(file, file.annotation.adding(TRIANGLE), rendering=never)
    assert saved.path == path
    assert load_annotation(path) == saved
    assert saved.annotation.image_path == "gone.png"


def test_a_link_to_a_film_in_an_archive_is_that_film(folder: Path) -> None:
    (folder / "a.png").symlink_to(folder.parent / "outside.png")
    path = put(folder / "a.json", imagePath="a.png")
    assert film_of_annotation(path) == folder / "a.png"
    assert load_annotation(folder / "a.png").warnings == ()


# Speed


def test_opening_five_megabytes_costs_well_under_a_tenth_of_a_second(folder: Path) -> None:
    film = film_at(folder / "a.png")
    picture = base64.b64encode(os.urandom(3_750_000)).decode()
    path = put(folder / "a.json", imagePath="a.png", imageData=picture)
    assert path.stat().st_size > 5_000_000
    spent = []
    for _ in range(5):
        start = time.process_time()
        load_annotation(film)
        spent.append(time.process_time() - start)
    assert min(spent) < 0.1


def test_a_film_whose_annotation_would_have_too_long_a_name_says_so(folder: Path) -> None:
    film = folder / ("n" * 251 + ".png")
    film.write_bytes(PICTURE)
    with pytest.raises(AnnotationError, match="the name is too long"):
        load_annotation(film)
