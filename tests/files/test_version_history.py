"""Earlier versions: what is kept, in which bounds, and that keeping never gets in the way."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.shape import Shape
from opacity_studio.files.annotation_store import AnnotationFile
from opacity_studio.files.version_history import (
    KEPT_APART,
    KEPT_FOR,
    MOST_KEPT,
    VersionHistory,
    folder_of,
    versions_of,
)

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "film.json"


def file_with(path: Path, count: int, digest: str | None = "digest") -> AnnotationFile:
    shapes = tuple(Shape("opacity", [(x, 0), (x + 9, 0), (x, 9)]) for x in range(count))
    return AnnotationFile(path, Annotation("film.png", 64, 64, shapes, image_data="x"), digest)


def counts(path: Path) -> list[int]:
    return [len(version.annotation.shapes) for version in versions_of(path)]


def test_one_reading_makes_one_version_beside_what_was_found(path):
    history = VersionHistory()
    for number in range(2, 6):
        replaced = (file_with(path, number - 1),)
        history.keep(file_with(path, number), replaced, "A", START + number * MINUTE)
    assert counts(path) == [5, 1]
    newest, found = versions_of(path)
    assert (newest.reader, newest.saved) == ("A", START + 5 * MINUTE)
    assert found.reader == ""
    assert newest.annotation.image_data is None
    assert newest.annotation.shapes == file_with(path, 5).annotation.shapes


def test_long_work_and_each_new_reading_leave_versions(path):
    history = VersionHistory()
    for number, later in enumerate((0, 1, 2), start=1):
        history.keep(file_with(path, number), (), "A", START + later * KEPT_APART)
    VersionHistory().keep(file_with(path, 4), (file_with(path, 3),), "B", START + 3 * KEPT_APART)
    assert counts(path) == [4, 3, 2, 1]
    assert [version.reader for version in versions_of(path)] == ["B", "A", "A", "A"]


def test_a_new_film_has_no_version_of_nothing(path):
    VersionHistory().keep(file_with(path, 1), (file_with(path, 0, digest=None),), "A", START)
    assert counts(path) == [1]


def test_number_and_age_are_bounded(path):
    for number in range(MOST_KEPT + 5):
        VersionHistory().keep(file_with(path, number), (), "A", START + number * MINUTE)
    assert counts(path) == list(range(MOST_KEPT + 4, 4, -1))
    later = START + KEPT_FOR + (MOST_KEPT - 1) * MINUTE
    VersionHistory().keep(file_with(path, 1), (), "A", later)
    assert counts(path) == [1, *range(MOST_KEPT + 4, MOST_KEPT - 2, -1)]


def test_what_was_found_after_more_than_a_year_is_kept(path):
    VersionHistory().keep(file_with(path, 1), (), "A", START)
    later = START + KEPT_FOR + MINUTE
    VersionHistory().keep(file_with(path, 2), (file_with(path, 1),), "B", later)
    assert counts(path) == [2, 1]
    assert later - versions_of(path)[1].saved < MINUTE


@pytest.mark.parametrize("content", [b"", b"[]", b'{"schema": 1}', b'{"schema": 9}'])
def test_what_cannot_be_read_is_left_out(path, content):
    VersionHistory().keep(file_with(path, 1), (), "A", START)
    (place,) = folder_of(path).iterdir()
    place.write_bytes(content)
    (folder_of(path) / "notes.txt").write_text("a person's own")
    VersionHistory().keep(file_with(path, 2), (), "A", START + MINUTE)
    assert counts(path) == [2]
    assert (folder_of(path) / "notes.txt").exists()


def test_a_folder_that_takes_no_versions_keeps_nobody_from_saving(path):
    (path.parent / ".opacity-studio").write_text("a file where the folder would be")
    VersionHistory().keep(file_with(path, 1), (), "A", START)
    assert not versions_of(path)
