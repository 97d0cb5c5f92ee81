"""Paths between an annotation file and its film, by names alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from opacity_studio.files.image_path import (
    films_with_stem,
    named_film,
    relative_image_path,
)


@pytest.mark.parametrize(
    ("annotation", "image_path", "expected"),
    [
        ("data/a.json", "a.png", "data/a.png"),
        ("data/a.json", "sub\\a.png", "data/sub/a.png"),
        ("data/a.json", "sub/../a.png", "data/a.png"),
        ("data/a.json", "../data/a.png", "data/a.png"),
        ("data/jsons/a.json", "../a.png", "data/a.png"),
        ("data/jsons/a.json", "../jpgs/a.png", "data/jpgs/a.png"),
        ("data/a.json", "..", None),
        ("data/a.json", ".", None),
        ("data/a.json", "", None),
        ("data/a.json", "../a.png", None),
        ("data/a.json", "../data-2/a.png", None),
        ("data/jsons/a.json", "../../a.png", None),
        ("data/a.json", "/etc/a.png", None),
        ("data/a.json", "D:\\a.png", None),
        ("data/a.json", "\\\\server\\a.png", None),
        ("data/a.json", "a\0.png", None),
    ],
)
def test_an_image_path_leads_inside_its_data_set_or_nowhere(
    tmp_path: Path, annotation: str, image_path: str, expected: str | None
) -> None:
    found = named_film(tmp_path / annotation, image_path)
    assert found == (None if expected is None else tmp_path / expected)


def test_a_relative_annotation_path_means_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert named_film(Path("a.json"), "a.png") == tmp_path / "a.png"
    assert named_film(Path("a.json"), "../a.png") is None


@pytest.mark.parametrize("film", ["data/a.png", "data/jpgs/Öd 1.png", "other/a.png", "a.png"])
@pytest.mark.parametrize("annotation", ["data/a.json", "data/jsons/a.json"])
def test_what_is_written_leads_back_to_the_film(tmp_path: Path, annotation: str, film: str) -> None:
    for name in (annotation, film):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    written = relative_image_path(tmp_path / annotation, tmp_path / film)
    assert "\\" not in written
    there = (tmp_path / annotation).parent / written
    assert there.resolve() == tmp_path / film


def test_it_leads_back_through_a_linked_folder_too(tmp_path: Path) -> None:
    (tmp_path / "archive" / "deep").mkdir(parents=True)
    (tmp_path / "data").symlink_to(tmp_path / "archive" / "deep")
    film = tmp_path / "data" / "a.png"
    film.touch()
    out = tmp_path / "out"
    out.mkdir()
    written = relative_image_path(out / "a.json", film)
    assert (out / written).samefile(film)


def test_only_films_of_exactly_that_stem_are_found(tmp_path: Path) -> None:
    for name in ("a.png", "a.JPG", "a.json", "a", "a.1", "ab.png", "a.txt", "b.png"):
        (tmp_path / name).touch()
    (tmp_path / "a.tif").mkdir()
    assert [film.name for film in films_with_stem(tmp_path, "a")] == ["a", "a.JPG", "a.png"]
    assert [film.name for film in films_with_stem(tmp_path, "a.1")] == ["a.1"]
    assert films_with_stem(tmp_path / "missing", "a") == ()
