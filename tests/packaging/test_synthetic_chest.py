from __future__ import annotations

import csv
import json
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray

import render_samples
from synthetic_chest import Film, render, truth_polygons
from synthetic_chest.opacities import PATTERNS
from synthetic_chest.plane import FilmPlane, spline
from synthetic_chest.worklist import SAMPLES

SAMPLES_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "samples"


def lungs(film: Film) -> NDArray[np.bool_]:
    return film.masks["right_lung"] | film.masks["left_lung"]


def test_equal_arguments_give_equal_films_and_other_seeds_do_not():
    first, again, other = render(3, 256), render(3, 256), render(4, 256)
    assert np.array_equal(first.pixels(), again.pixels())
    assert all(np.array_equal(first.masks[label], again.masks[label]) for label in first.masks)
    assert first.display.shape != other.display.shape or not np.array_equal(
        first.pixels(), other.pixels()
    )


@pytest.mark.parametrize("seed", range(6))
def test_anatomy_is_where_it_belongs(seed: int):
    film = render(seed, 256)
    right, left = film.masks["right_lung"], film.masks["left_lung"]
    assert max(film.display.shape) == 256
    assert not (right & left).any()
    # The patient's right lung lies on the left of the film.
    assert np.nonzero(right)[1].mean() < np.nonzero(left)[1].mean()
    for lung in (right, left):
        assert 0.05 < lung.mean() < 0.35
        assert cv2.connectedComponents(lung.astype(np.uint8))[0] == 2
    assert not (film.masks["opacity"] & ~lungs(film)).any()


@pytest.mark.parametrize("seed", range(4))
def test_air_is_dark_between_dense_neighbours(seed: int):
    film = render(seed, 256, pattern="clear")
    right, left = (film.masks[label] for label in ("right_lung", "left_lung"))
    rows = np.nonzero(right.any(axis=1) & left.any(axis=1))[0]
    row = int(rows[len(rows) // 2])
    inner = slice(np.nonzero(right[row])[0].max() + 3, np.nonzero(left[row])[0].min() - 3)
    heart = film.display[row, inner].mean()
    assert film.display[lungs(film)].mean() < 0.75 * heart


@pytest.mark.parametrize("pattern", [name for name in PATTERNS if name != "clear"])
def test_outline_holds_what_the_disease_changed(pattern: str):
    clear = render(11, 320, pattern="clear", supine=False)
    ill = render(11, 320, pattern=pattern, extent=0.6, supine=False)
    assert not clear.masks["opacity"].any()
    inside, outside = ill.masks["opacity"], lungs(ill) & ~ill.masks["opacity"]
    assert inside.sum() / lungs(ill).sum() > 0.02
    whiter = ill.display - clear.display
    # The display window follows the film's greys, so only the difference between the two counts.
    assert whiter[inside].mean() - whiter[outside].mean() > 0.05


def test_a_larger_extent_has_more_opacity_in_the_same_patient():
    shares = [
        film.masks["opacity"].sum() / lungs(film).sum()
        for film in (
            render(5, 256, patient_seed=1, pattern="ground-glass", extent=extent)
            for extent in (0.1, 0.5, 1.0)
        )
    ]
    assert shares[0] < shares[1] < shares[2]


def test_films_of_a_patient_share_anatomy_but_not_pixels():
    first = render(1, 256, patient_seed=9, pattern="clear", supine=False)
    second = render(2, 256, patient_seed=9, pattern="clear", supine=False)
    assert first.display.shape != second.display.shape or not np.array_equal(
        first.pixels(), second.pixels()
    )


def test_sixteen_bits_hold_more_greys_than_eight():
    film = render(1, 256)
    assert film.pixels(8).dtype == np.uint8
    assert film.pixels(16).dtype == np.uint16
    assert len(np.unique(film.pixels(16))) > 4 * len(np.unique(film.pixels(8)))


def test_polygons_redraw_the_masks():
    film = render(2, 384, pattern="ground-glass", extent=0.7)
    redrawn = {label: np.zeros(film.display.shape, np.uint8) for label in film.masks}
    for label, points in truth_polygons(film):
        outline = np.round((np.array(points) - 0.5) * 16).astype(np.int32)
        cv2.fillPoly(redrawn[label], [outline], 1, shift=4)
    for label, mask in film.masks.items():
        both = (mask & (redrawn[label] > 0)).sum()
        assert both / (mask | (redrawn[label] > 0)).sum() > 0.98


def test_plane_maps_centimetres_and_pixels_onto_each_other():
    plane = FilmPlane(200, 120, 5.0, (90.0, 20.0), 0.2)
    x, y = plane.grid()
    centres = np.column_stack([x[[3, 77], [10, 150]], y[[3, 77], [10, 150]]]).astype(np.float64)
    assert np.allclose(plane.to_pixels(centres), [(10.5, 3.5), (150.5, 77.5)], atol=1e-3)


def test_painted_square_covers_its_area():
    plane = FilmPlane(100, 100, 10.0, (50.0, 50.0))
    square = np.array([(-2.0, -2.0), (2.0, -2.0), (2.0, 2.0), (-2.0, 2.0)])
    # OpenCV paints the outline too: up to a pixel on either side.
    assert 40 <= np.sqrt((plane.region(square) > 0.5).sum()) <= 42


def test_spline_goes_through_its_knots():
    knots = np.array([(0.0, 0.0), (1.0, 2.0), (3.0, 2.5), (4.0, 0.0)])
    curve = spline(knots, 4000)
    for knot in knots:
        assert np.linalg.norm(curve - knot, axis=1).min() < 2e-3


def test_command_writes_films_outlines_and_a_table(tmp_path: Path):
    code = render_samples.main(
        ["--out", str(tmp_path), "--count", "2", "--seed", "40", "--size", "160"]
    )
    assert code == 0
    with (tmp_path / "metadata.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["patientid"] for row in rows] == ["SYNTH-000040", "SYNTH-000041"]
    for row in rows:
        pixels = cv2.imread(str(tmp_path / row["filename"]), cv2.IMREAD_UNCHANGED)
        outline = json.loads((tmp_path / row["filename"]).with_suffix(".json").read_text())
        assert pixels.dtype == np.uint8
        assert pixels.ndim == 2
        assert (outline["imageHeight"], outline["imageWidth"]) == pixels.shape
        assert {"right_lung", "left_lung"} <= {shape["label"] for shape in outline["shapes"]}


@pytest.mark.parametrize("arguments", [[], ["--out", "x", "--count", "0"]])
def test_command_refuses_what_makes_no_film(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit):
        render_samples.main(arguments)
    assert "error" in capsys.readouterr().err


class TestShippedWorklist:
    def test_table_and_folder_agree(self):
        with (SAMPLES_FOLDER / "metadata.csv").open(encoding="utf-8") as stream:
            rows = {row["filename"]: row["patientid"] for row in csv.DictReader(stream)}
        films = {path.name for path in SAMPLES_FOLDER.iterdir() if path.suffix in (".png", ".dcm")}
        assert set(rows) == films == {sample.name for sample in SAMPLES}
        assert all(name.startswith(f"{patient}_") for name, patient in rows.items())

    def test_truth_lies_apart_and_few_films_come_outlined(self):
        truth = {path.stem for path in (SAMPLES_FOLDER / "truth").glob("*.json")}
        assert truth == {Path(sample.name).stem for sample in SAMPLES}
        outlined = {path.stem for path in SAMPLES_FOLDER.glob("*.json")}
        assert outlined == {Path(sample.name).stem for sample in SAMPLES if sample.outlined}
        assert 0 < len(outlined) < len(truth) / 2

    def test_dicom_is_monochrome1_with_spacing_and_no_name(self):
        (path,) = SAMPLES_FOLDER.glob("*.dcm")
        data = pydicom.dcmread(path)
        assert data.PhotometricInterpretation == "MONOCHROME1"
        assert data.PatientID == path.name.partition("_")[0]
        assert str(data.PatientName) == ""
        assert 0.2 < float(data.PixelSpacing[0]) < 0.5
        assert data.pixel_array.max() <= 4095

    def test_one_film_has_sixteen_bits(self):
        depths = [
            cv2.imread(str(path), cv2.IMREAD_UNCHANGED).dtype
            for path in sorted(SAMPLES_FOLDER.glob("*.png"))
        ]
        assert depths.count(np.dtype(np.uint16)) == 1

    def test_script_still_makes_the_film_that_ships(self):
        sample = SAMPLES[-1]
        film = sample.film()
        shipped = cv2.imread(str(SAMPLES_FOLDER / sample.name), cv2.IMREAD_UNCHANGED)
        assert shipped.shape == film.display.shape
        difference = np.abs(shipped.astype(int) - film.pixels().astype(int))
        # Another release of OpenCV may round differently, not draw differently.
        assert difference.mean() < 1.0
