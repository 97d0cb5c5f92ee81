"""LabelMe files of every age, made here, and what counts as saying the same."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np

PATH = Path("film.json")

TRIANGLE = [[10.5, 20.25], [110.125, 20.0], [60.0, 90.0]]


def as_bytes(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def png_base64(width: int = 200, height: int = 160, *, value: int = 40) -> str:
    done, encoded = cv2.imencode(".png", np.full((height, width), value, np.uint8))
    assert done
    return base64.b64encode(encoded.tobytes()).decode()


def shape(**changes: Any) -> dict[str, Any]:
    """Return a shape with all the keys of today's LabelMe."""
    return {
        "label": "opacity",
        "points": TRIANGLE,
        "group_id": None,
        "description": "",
        "shape_type": "polygon",
        "flags": {},
        "mask": None,
    } | changes


def document(*shapes: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a file with all the keys of today's LabelMe, its image embedded."""
    return {
        "version": "6.3.1",
        "flags": {},
        "shapes": list(shapes),
        "imagePath": "film.png",
        "imageData": png_base64(),
        "imageHeight": 160,
        "imageWidth": 200,
    } | changes


def _without(keys: str, source: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in source.items() if key not in keys.split()}


def files_of_all_ages() -> dict[str, dict[str, Any]]:
    """Return documents as LabelMe 3.x to 7.x and programs around it write them, by name."""
    old_shape = _without("group_id description shape_type flags mask", shape())
    shape_4 = _without("description mask", shape())
    shape_5 = _without("mask", shape())
    embedded = png_base64()
    return {
        "3.0, colours, no shape type": {
            "flags": {},
            "shapes": [
                old_shape | {"line_color": None, "fill_color": None},
                old_shape | {"label": "left_lung", "line_color": [0, 255, 0, 128]},
            ],
            "lineColor": [0, 255, 0, 128],
            "fillColor": [255, 0, 0, 128],
            "imagePath": "film.png",
            "imageData": embedded,
        },
        "3.16": {
            "version": "3.16.7",
            "flags": {"checked": True},
            "shapes": [
                old_shape
                | {"line_color": None, "fill_color": None, "shape_type": "polygon", "flags": {}},
                old_shape | {"points": [[1, 2], [30, 40]], "shape_type": "rectangle"},
            ],
            "lineColor": [0, 255, 0, 128],
            "fillColor": [255, 0, 0, 128],
            "imagePath": "..\\jpgs\\film.png",
            "imageData": embedded,
            "imageHeight": 160,
            "imageWidth": 200,
        },
        "4.5, image embedded, whole and broken numbers": document(
            shape_4,
            shape_4 | {"points": [[1, 2], [3.0, 4], [5, 60.000000001]], "group_id": 3},
            shape_4 | {"points": [[20.0, 20.0], [40.0, 20.0]], "shape_type": "circle"},
            shape_4 | {"points": [[20.0, 20.0], [40.0, 20.0]], "shape_type": "line"},
            shape_4 | {"points": [[20.0, 20.0]], "shape_type": "point"},
            shape_4 | {"points": TRIANGLE, "shape_type": "linestrip"},
            version="4.5.6",
        ),
        "5.0, no description": document(shape_4, version="5.0.1"),
        "5.4, mask": document(
            shape_5 | {"description": "hazy base", "flags": {"unsure": True, "dense": False}},
            shape(
                points=[[50.0, 40.0], [69.0, 54.0]],
                shape_type="mask",
                mask=png_base64(20, 15, value=1),
            ),
            version="5.4.1",
        ),
        "6.3, all there is, outside the image, other people's keys": document(
            shape(points=[[-30.5, -12.0], [260.0, 10.0], [90.0, 400.75]]),
            shape(points=[[5e-324, 1e-7], [0.1 + 0.2, 1 / 3], [123456.789012345, 2.5]]),
            shape(label="Lungenrundherd – Ω 肺 🫁", score=0.25, source={"tool": ["a", 1, None]}),
            shape(points=[[1.0, 1.0], [9.0, 1.0], [9.0, 8.0]], shape_type="points"),
            shape(points=[[10.0, 10.0], [30.0, 10.0], [30.0, 30.0], [10.0, 30.0]], label=""),
            flags={"rotated": False, "good": True},
            study={"reader": "R1", "seen": [1, 2.5, None, True, {"deep": [[[]]]}]},
            comment=None,
        ),
        "7.x, oriented rectangle": document(
            shape(
                points=[[10.0, 10.0], [30.0, 15.0], [28.0, 25.0], [8.0, 20.0]],
                shape_type="oriented_rectangle",
            ),
            version="7.0.2",
        ),
        "no shapes": document(imagePath="film.png"),
    }


def with_defaults(document: dict[str, Any]) -> dict[str, Any]:
    """Return `document` with what its missing keys mean spelled out, to compare meanings."""
    shapes = [
        {
            "group_id": None,
            "description": None,
            "shape_type": "polygon",
            "flags": {},
            "mask": None,
        }
        | {key: value for key, value in shape.items() if value is not None or key not in _EMPTY}
        for shape in document["shapes"]
    ]
    top = {"flags": {}, "imageData": None, "imageHeight": None, "imageWidth": None} | document
    return top | {"shapes": shapes}


_EMPTY = ("flags", "shape_type")
