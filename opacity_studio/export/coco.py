"""COCO: every region as polygons, and once more as an exact mask.

COCO knows no hole in a polygon. In ``polygons.json`` a hole is joined to its outline by a
zero-width bridge, as in LabelMe files, which pycocotools and all who fill by the even-odd rule
leave open; ``rle.json`` holds the same regions as run lengths, equal to this program's masks
pixel for pixel. No region is a crowd: that word is COCO's for many things in one outline, which
evaluations then forgive; run lengths alone do not make one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from opacity_studio import __version__
from opacity_studio.domain.bridges import join_holes
from opacity_studio.domain.geometry import polygonal, region_of
from opacity_studio.domain.rasterise import rasterise_shapes
from opacity_studio.domain.shape import Points, Shape
from opacity_studio.domain.wording import marked
from opacity_studio.export.exporter import Exporter
from opacity_studio.export.film import OutgoingFilm
from opacity_studio.export.label_table import LabelTable
from opacity_studio.export.run_lengths import Box, box_of, packed, run_lengths
from opacity_studio.export.target import ExportFolder, HashingFile

_POLYGONS: Final = "polygons.json"
_RUN_LENGTHS: Final = "rle.json"
_COPIED_AT_ONCE: Final = 1 << 20


class CocoWriter:
    """``coco/polygons.json`` and ``coco/rle.json``.

    Polygons of one label that share a group are one region, as LabelMe means it. A region that
    covers no pixel's centre is in neither file.
    """

    def __init__(self, folder: ExportFolder, labels: LabelTable) -> None:
        folder = folder.part("coco")
        self._labels = labels
        self._polygons = _Document(folder, _POLYGONS, labels)
        self._run_lengths = _Document(folder, _RUN_LENGTHS, labels)
        self._images = 0
        self._regions = 0

    def add(self, film: OutgoingFilm) -> None:
        """Write the film's regions."""
        self._images += 1
        image = {
            "id": self._images,
            "file_name": film.image_name,
            "width": film.width,
            "height": film.height,
        }
        self._polygons.add_image(image)
        self._run_lengths.add_image(image)
        for shapes in regions_of(film.polygons):
            mask = rasterise_shapes(shapes, film.height, film.width)
            box = box_of(mask)
            if box is None:
                continue
            self._regions += 1
            region = self._region(shapes[0].label, mask, box)
            rings = coco_rings(shapes, film.height, film.width)
            polygons = [ring.ravel().tolist() for ring in rings]
            counts = packed(run_lengths(mask))
            size = [film.height, film.width]
            self._polygons.add_region({**region, "segmentation": polygons})
            self._run_lengths.add_region(
                {**region, "segmentation": {"size": size, "counts": counts}}
            )

    def finish(self) -> None:
        """Write the ends of both files."""
        self._polygons.finish()
        self._run_lengths.finish()

    def _region(self, label: str, mask: npt.NDArray[np.bool_], box: Box) -> dict[str, Any]:
        return {
            "id": self._regions,
            "image_id": self._images,
            "category_id": self._labels[label].number,
            "iscrowd": 0,
            "area": int(np.count_nonzero(mask)),
            "bbox": list(box),
        }


class _Document:
    """One COCO file, written image by image; its regions wait in a file of their own."""

    def __init__(self, folder: ExportFolder, name: str, labels: LabelTable) -> None:
        self._folder, self._name = folder, name
        self._stream: HashingFile = folder.stream(name)
        self._waiting: Path = folder.path(f".{name}.regions")
        self._regions = folder.scratch(f".{name}.regions")
        self._has_images = self._has_regions = False
        head = {
            "info": {"description": f"Opacity Studio {__version__}", "version": "1.0"},
            "licenses": [],
            "categories": [
                {"id": label.number, "name": label.name, "supercategory": ""} for label in labels
            ],
        }
        self._stream.write(_line(head)[:-1] + b',\n"images":[')

    def add_image(self, image: dict[str, Any]) -> None:
        """Append an image."""
        self._stream.write((b",\n" if self._has_images else b"\n") + _line(image))
        self._has_images = True

    def add_region(self, region: dict[str, Any]) -> None:
        """Append a region."""
        self._regions.write((b",\n" if self._has_regions else b"\n") + _line(region))
        self._has_regions = True

    def finish(self) -> None:
        """Put both parts together."""
        self._regions.close()
        self._stream.write(b'],\n"annotations":[')
        with self._waiting.open("rb") as regions:
            shutil.copyfileobj(regions, self._stream, _COPIED_AT_ONCE)
        self._stream.write(b"]}\n")
        self._folder.close_stream(self._name, self._stream)
        self._waiting.unlink()


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def regions_of(shapes: Sequence[Shape]) -> Iterator[tuple[Shape, ...]]:
    """Yield the polygons that make one region: those of one label and group, else each alone."""
    groups: dict[object, list[Shape]] = {}
    for shape in shapes:
        if len(shape.points) < 3:
            continue
        alone = shape.group_id is None
        groups.setdefault(shape.key if alone else (shape.label, shape.group_id), []).append(shape)
    for group in groups.values():
        yield tuple(group)


def coco_rings(shapes: Sequence[Shape], height: int, width: int) -> tuple[Points, ...]:
    """Return rings that enclose what `shapes` enclose on the film.

    Coordinates stay as drawn; only a polygon that leaves the film is cut at its border, because
    many programs take none beyond it.
    """
    film = shapely.box(0, 0, width, height)
    rings: list[Points] = []
    for shape in shapes:
        if (shape.points >= 0).all() and (shape.points <= (width, height)).all():
            rings.append(join_holes(shape.points, shape.holes))
            continue
        cut = polygonal(shapely.intersection(region_of(shape), film))
        for part in (part for part in shapely.get_parts(cut) if not part.is_empty):
            # GEOS lets a coordinate stay beyond the border where it is all but on it.
            outline, *holes = (
                np.clip(np.asarray(ring.coords)[:-1], 0.0, (width, height))
                for ring in (part.exterior, *part.interiors)
            )
            rings.append(join_holes(outline, holes))
    return tuple(rings)


EXPORTER = Exporter(
    "coco",
    marked("COCO"),
    marked("For training: regions as polygons, and as exact run lengths"),
    CocoWriter,
)
