"""Every format says the same: pixel for pixel what rasterising the polygons says."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import region_of
from opacity_studio.domain.labels import LEFT_LUNG, OPACITY, RIGHT_LUNG
from opacity_studio.domain.measurement import Measurement
from opacity_studio.domain.rasterise import rasterise_rings, rasterise_shapes
from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.domain.shape import Shape
from opacity_studio.export.coco import CocoWriter, coco_rings
from opacity_studio.export.film import OutgoingFilm
from opacity_studio.export.label_table import LabelTable
from opacity_studio.export.masks import MaskWriter
from opacity_studio.export.run_lengths import box_of, packed, run_lengths
from opacity_studio.export.target import NewFolder
from opacity_studio.files.labelme_json import parse_annotation
from tests.export.films import box, chest, export, marked, write_film
from tests.export.outlines import HEIGHT, LABELS, WIDTH, annotations
from tests.real_labelme import RealLabelMe

# pycocotools' own compiled code has not followed numpy 2 yet.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

TOLERANCE = 1.0
"""How far from an outline, in pixels, pycocotools' own drawing of a polygon may differ."""


def outgoing(shapes: tuple[Shape, ...], width: int = WIDTH, height: int = HEIGHT) -> OutgoingFilm:
    return OutgoingFilm(
        "film",
        "film.png",
        Annotation("film.png", width, height, shapes),
        Measurement(),
        width,
        height,
        None,
        "p1",
        None,
        ReviewStatus.ANNOTATED,
    )


@contextlib.contextmanager
def written(writer: type, out: Path, *films: OutgoingFilm) -> Iterator[Path]:
    """Write `films` by one format."""
    labels = LabelTable({s.label for film in films for s in film.polygons})
    with NewFolder(out) as target:
        one = writer(target.folder, labels)
        for film in films:
            one.add(film)
        one.finish()
    yield out


def opened(path: Path) -> COCO:
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(str(path))


def mask_of(coco: COCO, label: str) -> np.ndarray:
    """Return what pycocotools draws of one label on the first film."""
    (category,) = coco.getCatIds(catNms=[label]) or [0]
    return whole(coco, 1, category, HEIGHT, WIDTH)


def whole(coco: COCO, image: int, category: int, height: int, width: int) -> np.ndarray:
    """Return the union of one category's regions on one film, as pycocotools draws them."""
    mask = np.zeros((height, width), dtype=bool)
    for region in coco.loadAnns(coco.getAnnIds(image, category)):
        mask |= coco.annToMask(region).astype(bool)
    return mask


@given(shapes=annotations)
@settings(max_examples=40)
def test_masks_and_run_lengths_equal_the_rasterised_polygons(
    shapes: tuple[Shape, ...], tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = tmp_path_factory.mktemp("export")
    film = outgoing(shapes)
    with written(CocoWriter, out / "a", film) as root:
        exact = opened(root / "coco/rle.json")
    with written(MaskWriter, out / "b", film) as root:
        about = {
            each["label"]: each
            for each in json.loads((root / "masks/labels.json").read_bytes())["labels"]
        }
        priority = json.loads((root / "masks/labels.json").read_bytes())["priority"]
        indexed = np.asarray(Image.open(root / "masks/indexed/film.png"))
        expected = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
        for label in reversed(priority):
            mask = rasterise_shapes([s for s in shapes if s.label == label], HEIGHT, WIDTH)
            file = root / "masks" / about[label]["folder"] / "film.png"
            drawn = cv2.imread(str(file), cv2.IMREAD_UNCHANGED)
            assert np.array_equal(drawn, mask * np.uint8(255))
            assert np.array_equal(mask_of(exact, label), mask)
            expected[mask] = about[label]["number"]
        assert np.array_equal(indexed, expected)


@given(shapes=annotations)
@settings(max_examples=40)
def test_polygons_differ_only_where_pycocotools_draws_an_edge(
    shapes: tuple[Shape, ...], tmp_path_factory: pytest.TempPathFactory
) -> None:
    film = outgoing(shapes)
    with written(CocoWriter, tmp_path_factory.mktemp("export") / "a", film) as root:
        drawn = opened(root / "coco/polygons.json")
    for label in {shape.label for shape in shapes}:
        own = [shape for shape in shapes if shape.label == label]
        mask = rasterise_shapes(own, HEIGHT, WIDTH)
        rows, columns = np.nonzero(mask_of(drawn, label) != mask)
        centres = shapely.points(columns + 0.5, rows + 0.5)
        edges = shapely.union_all(
            [shapely.LinearRing(ring) for shape in own for ring in (shape.points, *shape.holes)]
        )
        assert (shapely.distance(centres, edges) <= TOLERANCE).all()


@given(shapes=annotations)
def test_rings_on_the_film_enclose_what_the_shapes_do(shapes: tuple[Shape, ...]) -> None:
    film = shapely.box(0, 0, WIDTH, HEIGHT)
    for shape in shapes:
        rings = coco_rings([shape], HEIGHT, WIDTH)
        assert all(len(ring) >= 3 for ring in rings)
        ours = sum((region_of(Shape("x", ring)).area for ring in rings), 0.0)
        area = shapely.intersection(region_of(shape), film).area
        assert ours == pytest.approx(area, rel=1e-6, abs=1e-6)
        if not all(film.covers(shapely.Point(point)) for point in shape.points):
            assert all((ring >= 0).all() and (ring <= (WIDTH, HEIGHT)).all() for ring in rings)


@given(st.integers(1, 12), st.integers(1, 12), st.data())
def test_run_lengths_are_those_of_pycocotools(height: int, width: int, data: st.DataObject) -> None:
    bits = data.draw(st.lists(st.booleans(), min_size=height * width, max_size=height * width))
    mask = np.array(bits).reshape(height, width)
    theirs = coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))
    runs = run_lengths(mask)
    assert packed(runs).encode() == theirs["counts"]
    assert sum(runs) == height * width
    box = box_of(mask)
    assert list(box or (0, 0, 0, 0)) == coco_mask.toBbox(theirs).tolist()


@given(st.lists(st.integers(0, 10_000_000), min_size=1, max_size=30))
def test_long_runs_pack_as_in_pycocotools(runs: list[int]) -> None:
    size = [1, sum(runs)]
    theirs = coco_mask.frPyObjects({"size": size, "counts": runs}, *size)
    assert packed(runs).encode() == theirs["counts"]


def test_holes_groups_and_crowds_are_said_right(tmp_path: Path) -> None:
    hole = np.array([[20.0, 20.0], [30.0, 20.0], [30.0, 30.0], [20.0, 30.0]])
    ring = Shape(OPACITY, np.array([[10.0, 10], [40, 10], [40, 40], [10, 40]]), holes=(hole,))
    parts = [box(OPACITY, x, 2, x + 4, 6, group_id=7) for x in (50, 60)]
    speck = box(OPACITY, 5.1, 5.1, 5.3, 5.3)
    circle = Shape(OPACITY, np.array([[5.0, 5], [9, 9]]), "circle")
    with written(CocoWriter, tmp_path / "out", outgoing((ring, *parts, speck, circle))) as root:
        for name in ("rle.json", "polygons.json"):
            coco = opened(root / "coco" / name)
            regions = coco.loadAnns(coco.getAnnIds())
            assert [region["iscrowd"] for region in regions] == [0, 0]
            assert [region["area"] for region in regions] == [800, 32]
            assert [coco.annToMask(region).sum() for region in regions] == [800, 32]
            assert regions[1]["bbox"] == [50, 2, 14, 4]
            assert not coco.annToMask(regions[0])[25, 25]
        assert len(regions[0]["segmentation"]) == 1  # the hole is joined by a bridge
        assert len(regions[1]["segmentation"]) == 2


def test_the_palette_shows_the_window_s_colours_and_opacity_wins(tmp_path: Path) -> None:
    shapes = (
        box(OPACITY, 10, 10, 30, 30),
        box(RIGHT_LUNG, 5, 5, 40, 45),
        box(LEFT_LUNG, 35, 5, 65, 45),
        box("device", 25, 25, 50, 40),
    )
    with written(MaskWriter, tmp_path / "out", outgoing(shapes)) as root:
        with Image.open(root / "masks/indexed/film.png") as picture:
            assert picture.mode == "P"
            colours = np.asarray(picture.convert("RGB"))
            numbers = np.asarray(picture)
        assert {(x, y): int(numbers[y, x]) for x, y in ((2, 2), (27, 27), (28, 38), (37, 10))} == {
            (2, 2): 0,
            (27, 27): 1,
            (28, 38): 4,
            (37, 10): 2,
        }
        assert tuple(colours[27, 27]) == (0xD5, 0x5E, 0x00)
        about = json.loads((root / "masks/labels.json").read_bytes())
        assert about["priority"] == [OPACITY, "device", RIGHT_LUNG, LEFT_LUNG]


def test_label_names_make_folders_any_disk_takes() -> None:
    table = LabelTable({*LABELS, "a/b", "a\\b", "..", "con", "Opacity"})
    folders = [label.folder for label in table]
    assert len({folder.casefold() for folder in folders}) == len(folders)
    assert all(
        folder and not set(folder) & set('/\\:*?"<>|') and folder.strip(".") for folder in folders
    )
    assert [table[label].number for label in (OPACITY, RIGHT_LUNG, LEFT_LUNG)] == [1, 2, 3]


def test_a_bridged_ring_fills_like_its_rings() -> None:
    hole = np.array([[20.0, 20.0], [30.0, 20.0], [30.0, 30.0], [20.0, 30.0]])
    shape = Shape(OPACITY, np.array([[10.0, 10], [40, 10], [40, 40], [10, 40]]), holes=(hole,))
    (ring,) = coco_rings([shape], HEIGHT, WIDTH)
    mask = rasterise_rings([ring], HEIGHT, WIDTH)
    assert np.array_equal(mask, rasterise_shapes([shape], HEIGHT, WIDTH))


def test_the_real_labelme_opens_what_goes_out(real_labelme: RealLabelMe, tmp_path: Path) -> None:
    folder, out = tmp_path / "films", tmp_path / "out"
    hole = np.array([[60.0, 20.0], [70.0, 20.0], [70.0, 30.0], [60.0, 30.0]])
    ring = Shape("device", np.array([[55.0, 15], [80, 15], [80, 40], [55, 40]]), holes=(hole,))
    write_film(folder, "a.png", marked(chest(ring), "annotated", "approved"))
    write_film(folder, "b.jpg", marked(chest(), "annotated"))
    write_film(folder, "deep.png", marked(chest(), "annotated"))
    cv2.imwrite(str(folder / "deep.png"), np.full((80, 96), 9000, np.uint16))
    export(folder, out)
    jobs = [
        (out / "films" / f"{stem}.json", tmp_path / f"{stem}-theirs.json")
        for stem in ("a", "b", "deep")
    ]
    outcomes = real_labelme.resave(jobs, with_image_data=False)
    assert [(each.error, each.width, each.height) for each in outcomes] == [(None, 96, 80)] * 3
    for ours, theirs in jobs:
        before, after = (parse_annotation(path.read_bytes(), path) for path in (ours, theirs))
        assert after.status is before.status
        for label in {shape.label for shape in before.shapes}:
            masks = [rasterise_shapes(each.labelled(label), 80, 96) for each in (before, after)]
            assert np.array_equal(*masks)


def test_real_films_come_out_alike_in_every_format(
    covid_cxr: Path, real_labelme: RealLabelMe, tmp_path: Path
) -> None:
    folder, out = tmp_path / "films", tmp_path / "out"
    folder.mkdir()
    images = (film for film in covid_cxr.iterdir() if film.suffix not in (".json", ".csv"))
    # Of every size but the largest, which take long and show nothing else.
    films = sorted(images, key=lambda film: film.stat().st_size)[5:50:10]
    for film in films:
        for file in (film, film.with_suffix(".json")):
            (folder / file.name).symlink_to(file)
    (folder / "metadata.csv").symlink_to(covid_cxr / "metadata.csv")
    assert export(folder, out).films == len(films) == 5
    exact, drawn = (opened(out / "coco" / name) for name in ("rle.json", "polygons.json"))
    for number, image in exact.imgs.items():
        stem = Path(image["file_name"]).stem
        annotation = parse_annotation((out / "films" / f"{stem}.json").read_bytes(), out)
        size = image["height"], image["width"]
        for category in exact.loadCats(exact.getCatIds()):
            mask = rasterise_shapes(annotation.labelled(category["name"]), *size)
            file = out / "masks" / category["name"] / f"{stem}.png"
            assert np.array_equal(cv2.imread(str(file), cv2.IMREAD_UNCHANGED) > 0, mask)
            assert np.array_equal(whole(exact, number, category["id"], *size), mask)
            differing = whole(drawn, number, category["id"], *size) != mask
            assert differing.sum() <= 0.01 * mask.sum()
    jobs = [(path, tmp_path / path.name) for path in sorted((out / "films").glob("*.json"))]
    assert [each.error for each in real_labelme.resave(jobs, with_image_data=False)] == [None] * 5
