"""The shipped worklist as the program itself sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from opacity_studio.domain.labels import LEFT_LUNG, OPACITY, RIGHT_LUNG
from opacity_studio.domain.measurement import measure
from opacity_studio.files.annotation_store import load_annotation
from opacity_studio.files.labelme_json import parse_annotation
from opacity_studio.files.radiograph_reader import read_radiograph
from opacity_studio.files.resource_path import resource
from opacity_studio.files.worklist import open_worklist
from synthetic_chest.worklist import SAMPLES, Sample

FOLDER = resource("samples")


def named(sample: Sample) -> str:
    return Path(sample.name).stem


def test_all_films_are_listed_with_patient_and_day_and_no_warning():
    worklist = open_worklist(FOLDER)
    assert [film.name for film in worklist.films] == sorted(sample.name for sample in SAMPLES)
    assert {film.name: film.patient for film in worklist.films} == {
        sample.name: sample.patient_id for sample in SAMPLES
    }
    assert all(film.day is not None for film in worklist.films)
    assert worklist.warnings == ()


@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_film_and_truth_fit_each_other(sample: Sample):
    film = read_radiograph(FOLDER / sample.name)
    assert film.inverted == (sample.kind == "dicom")
    assert (film.pixel_spacing is not None) == (sample.kind == "dicom")
    path = FOLDER / "truth" / f"{named(sample)}.json"
    truth = parse_annotation(path.read_bytes(), path)
    height, width = film.pixels.shape
    assert (truth.image_height, truth.image_width) == (height, width)
    labels = [shape.label for shape in truth.shapes]
    assert labels.count(RIGHT_LUNG) == labels.count(LEFT_LUNG) == 1
    assert (OPACITY in labels) == (sample.pattern != "clear")
    measured = measure(truth.shapes, width=width, height=height)
    assert measured.opacity_percent is not None
    assert 0.15 < measured.lung_area / (width * height) < 0.6
    if sample.pattern == "clear":
        assert measured.opacity_percent == 0
    else:
        assert 3 < measured.opacity_percent < 95


@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_films_open_with_the_annotation_they_should_have(sample: Sample):
    film = read_radiograph(FOLDER / sample.name)
    height, width = film.pixels.shape
    file = load_annotation(FOLDER / sample.name, width=width, height=height)
    assert file.warnings == ()
    assert bool(file.annotation.shapes) == sample.outlined
