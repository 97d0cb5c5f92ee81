"""What is learnt from: what a person vouched for, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from opacity_studio.domain.errors import TrainingDataError
from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.domain.shape import Provenance
from opacity_studio.files.annotation_store import load_annotation, save_annotation
from opacity_studio.files.training_films import check_sides, collect_films
from tests.learning.tiny_films import patients_on, write_film


def names(films) -> list[str]:
    return [film.path.name for film in films]


def test_marked_films_count_and_open_ones_do_not(tmp_path: Path) -> None:
    done = write_film(tmp_path, "A-1", status=ReviewStatus.ANNOTATED)
    approved = write_film(tmp_path, "A-2", status=ReviewStatus.APPROVED)
    open_one = write_film(tmp_path, "A-3", status=ReviewStatus.IN_WORK)
    found = collect_films(tmp_path)
    assert names(found.films) == [done.name, approved.name]
    assert [path for path, _ in found.skipped] == [open_one]
    assert "annotated" in found.skipped[0][1]


def test_foreign_files_count_where_they_have_lungs(tmp_path: Path) -> None:
    foreign = write_film(tmp_path, "A-1", status=None)
    without = write_film(tmp_path, "A-2", status=None, lungs=False)
    found = collect_films(tmp_path)
    assert names(found.films) == [foreign.name]
    assert found.skipped == ((without, "no lungs drawn"),)


def test_an_untouched_prediction_never_counts(tmp_path: Path) -> None:
    write_film(tmp_path, "A-0")
    film = write_film(tmp_path, "A-1", status=None)
    file = load_annotation(film)
    made = tuple(
        shape.copied(provenance=Provenance("model", model="m", outline_digest=shape.outline_digest))
        for shape in file.annotation.shapes
    )
    save_annotation(file, replace(file.annotation, shapes=made))
    assert film.name not in names(collect_films(tmp_path).films)


def test_a_marked_film_without_opacity_is_a_true_negative(tmp_path: Path) -> None:
    clear = write_film(tmp_path, "A-1", opacity=False)
    assert names(collect_films(tmp_path).films) == [clear.name]


def test_a_damaged_annotation_is_skipped_with_its_reason(tmp_path: Path) -> None:
    write_film(tmp_path, "A-1")
    broken = write_film(tmp_path, "A-2")
    broken.with_suffix(".json").write_text("{")
    found = collect_films(tmp_path)
    assert [path for path, _ in found.skipped] == [broken]
    assert broken.stem in found.skipped[0][1]


def test_embedded_images_do_not_fill_the_memory(tmp_path: Path) -> None:
    film = write_film(tmp_path, "A-1")
    file = load_annotation(film)
    save_annotation(file, replace(file.annotation, image_data="/9j/4AAQSkZJRg=="))
    (found,) = collect_films(tmp_path).films
    assert found.annotation.image_data is None
    assert found.annotation.shapes == file.annotation.shapes


def test_nothing_curated_is_said_in_a_sentence(tmp_path: Path) -> None:
    write_film(tmp_path, "A-1", status=ReviewStatus.IN_WORK)
    with pytest.raises(TrainingDataError, match="no film to learn from"):
        collect_films(tmp_path)


def test_an_empty_side_is_an_error(tmp_path: Path) -> None:
    write_film(tmp_path, patients_on("train", 1)[0])
    with pytest.raises(TrainingDataError, match="no patient to test on"):
        check_sides(collect_films(tmp_path), tmp_path)
    write_film(tmp_path, patients_on("test", 1)[0])
    check_sides(collect_films(tmp_path), tmp_path)
