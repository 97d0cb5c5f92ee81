"""What other readers made of a film, whatever lies in their folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from opacity_studio.domain.shape import Shape
from opacity_studio.files.annotation_store import load_annotation, save_annotation
from opacity_studio.files.image_path import place_of_reader
from opacity_studio.files.worklist import Film
from opacity_studio.gui.adjudication.readings import other_readings

RING = [(2.0, 2.0), (20.0, 2.0), (20.0, 20.0)]


@pytest.mark.parametrize("name", ["film 1.png", "1.2.840.113.7"])
def test_every_reader_of_the_film_is_heard(tmp_path: Path, name: str) -> None:
    film = tmp_path / name
    film.write_bytes(b"")
    for reader in ("Anna", "Bert"):
        file = load_annotation(film, folder=place_of_reader(tmp_path, reader), width=64, height=64)
        save_annotation(file, file.annotation.adding(Shape("opacity", RING)))
    readers = tmp_path / "annotations"
    (readers / "Carl").mkdir()
    # A file where another one might have a folder, and an annotation that is damaged.
    (readers / "Anna" / "jsons").write_bytes(b"")
    (readers / "Dora").mkdir()
    file.path.parent.with_name("Dora").joinpath(file.path.name).write_text("{")
    found = other_readings(Film(film, annotations=readers / "Bert"), 64, 64)
    assert [(reading.reader, reading.annotation is not None) for reading in found] == [
        ("Anna", True),
        ("Dora", False),
    ]
    assert file.path.name in found[1].problem
