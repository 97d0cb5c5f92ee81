import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from opacity_studio.domain.errors import TrainingDataError
from opacity_studio.domain.model_version import ModelVersion
from opacity_studio.domain.review_status import Reader, ReviewStatus
from opacity_studio.files.annotation_store import load_annotation, save_annotation
from opacity_studio.files.curated_count import OTHER_PROGRAM, count_curated
from opacity_studio.review.marking import event_now, recorded
from tests.learning.tiny_films import patients_on, write_film

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def version(annotations: frozenset[str] = frozenset(), films: frozenset[str] = frozenset()):
    return ModelVersion(
        "opacity-1", "opacity", 320, 0.5, True, films_seen=films, annotations_seen=annotations
    )


def mark(film: Path, reader: str) -> None:
    file = load_annotation(film)
    event = event_now(file.annotation, "annotated", Reader(reader), NOW, "t")
    save_annotation(file, recorded(file.annotation, event))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for side, count in (("train", 3), ("validation", 1), ("test", 2)):
        for patient in patients_on(side, count):
            write_film(tmp_path, patient, status=None)
    write_film(tmp_path, "OTHER-1", status=ReviewStatus.IN_WORK)
    return tmp_path


def test_films_and_patients_of_each_side_and_whose_they_are(folder: Path):
    (film,) = folder.glob(f"{patients_on('train', 1)[0]}*.png")
    mark(film, "A. Name")
    counted = count_curated(folder, "opacity", version())
    assert dict(counted.films) == {"train": 3, "validation": 1, "test": 2}
    assert dict(counted.patients) == {"train": 3, "validation": 1, "test": 2}
    assert counted.new == 4
    assert dict(counted.readers) == {"A. Name": 1, OTHER_PROGRAM: 3}
    assert [path.name for path, _ in counted.skipped] == ["OTHER-1_2026-01-01.png"]


def test_what_the_network_in_use_has_seen_is_not_new(folder: Path):
    films = sorted(folder.glob("TINY*.png"))
    seen = frozenset(str(load_annotation(film).digest) for film in films)
    images = frozenset(hashlib.sha256(film.read_bytes()).hexdigest() for film in films)
    counted = count_curated(folder, "opacity", version(seen, images))
    assert counted.new == 0
    assert counted.tests_seen == 2
    assert count_curated(folder, "opacity", None).new == 4


def test_lungs_are_learnt_from_films_with_lungs_only(folder: Path):
    write_film(folder, "CLEAR-1", lungs=False, opacity=True)
    assert count_curated(folder, "opacity", None).total == 7
    assert count_curated(folder, "lungs", None).total == 6


def test_a_folder_without_curated_films_says_so(tmp_path: Path):
    write_film(tmp_path, "OTHER-1", status=ReviewStatus.IN_WORK)
    with pytest.raises(TrainingDataError, match="mark films as annotated"):
        count_curated(tmp_path, "opacity", None)
