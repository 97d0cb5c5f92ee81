"""What we write, the real LabelMe opens; what it writes back, we read without a loss."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.correction import CorrectionReason
from opacity_studio.domain.review_status import (
    KeptOutlines,
    ReviewEvent,
    ReviewRecord,
    ReviewStatus,
)
from opacity_studio.domain.shape import Provenance, Shape
from opacity_studio.files.annotation_store import (
    AnnotationFile,
    labelme_opens,
    load_annotation,
    save_annotation,
)
from opacity_studio.files.labelme_json import dump_annotation, parse_annotation
from tests.files.labelme_files import as_bytes, files_of_all_ages, png_base64
from tests.real_labelme import RealLabelMe

SQUARE = np.array([[20.0, 20.0], [120.5, 20.0], [120.5, 110.0], [20.0, 110.0]])
HOLE = np.array([[50.0, 50.0], [50.0, 80.0], [80.0, 80.0], [80.0, 50.0]])


def same(one: Shape, other: Shape) -> bool:
    """Whether two shapes mean the same; LabelMe writes no description as an empty one."""
    if one.shape_type == other.shape_type == "mask":
        # LabelMe encodes masks anew.
        one, other = (replace(each, mask=None) for each in (one, other))
    one, other = (replace(each, description=each.description or "") for each in (one, other))
    return one == other


@pytest.mark.slow
def test_all_seventy_real_files_pass_through_labelme_and_back(
    real_labelme: RealLabelMe, covid_cxr: Path, tmp_path: Path
) -> None:
    sources = sorted(covid_cxr.glob("*.json"))
    films = {film.stem: film for film in covid_cxr.iterdir() if film.suffix != ".json"}
    jobs = []
    for source in sources:
        # Opened and saved by us, beside its film as in a real data set.
        annotation = parse_annotation(source.read_bytes(), source)
        ours = tmp_path / "ours" / source.name
        ours.parent.mkdir(exist_ok=True)
        (ours.parent / annotation.image_path).symlink_to(films[source.stem])
        ours.write_bytes(dump_annotation(annotation))
        jobs.append((ours, tmp_path / "ours" / f"theirs-{source.name}"))
    outcomes = real_labelme.resave(jobs, with_image_data=False)
    assert len(jobs) == 70
    for (ours, theirs), outcome in zip(jobs, outcomes, strict=True):
        assert outcome.error is None
        before = parse_annotation(ours.read_bytes(), ours)
        after = parse_annotation(theirs.read_bytes(), theirs)
        assert (outcome.width, outcome.height) == (before.image_width, before.image_height)
        assert replace(after, version=before.version, shapes=()) == replace(before, shapes=())
        assert all(map(same, before.shapes, after.shapes))
        assert len(after.shapes) == len(before.shapes)
        # What LabelMe wrote, opened and saved by us, says the same to the last digit.
        again = json.loads(dump_annotation(after))
        assert again == json.loads(theirs.read_bytes())


def test_files_of_all_ages_open_in_labelme_once_we_saved_them(
    real_labelme: RealLabelMe, tmp_path: Path
) -> None:
    ages = files_of_all_ages()
    jobs = []
    for number, source in enumerate(ages.values()):
        ours = tmp_path / f"{number}.json"
        ours.write_bytes(dump_annotation(parse_annotation(as_bytes(source), ours)))
        jobs.append((ours, tmp_path / f"{number}-theirs.json"))
    for (ours, theirs), outcome, age in zip(jobs, real_labelme.resave(jobs), ages, strict=True):
        assert outcome.error is None, age
        before = parse_annotation(ours.read_bytes(), ours)
        after = parse_annotation(theirs.read_bytes(), theirs)
        assert len(before.shapes) == len(after.shapes), age
        assert all(map(same, before.shapes, after.shapes)), age
        assert dict(after.extra) == dict(before.extra), age
        assert after.image_data == before.image_data, age


def test_holes_provenance_and_record_come_back_from_labelme(
    real_labelme: RealLabelMe, tmp_path: Path
) -> None:
    drawn = Shape("opacity", SQUARE + 1 / 3, holes=(HOLE, HOLE / 3 + 80))
    made = Provenance(
        "model",
        "opacity-1",
        0.9,
        0.4,
        reason=CorrectionReason.BOUNDARY,
        outline_digest=drawn.outline_digest,
    )
    ours = Annotation(
        "film.png",
        200,
        160,
        (replace(drawn, provenance=made), Shape("right_lung", SQUARE, group_id=1)),
        image_data=png_base64(),
    )
    time = "2026-11-22T10:00:00+01:00"
    removed = ReviewEvent(
        "removed",
        time,
        "B. Reader",
        "reviewer",
        "ab12",
        reason="device_or_wire",
        outline=drawn.outline_digest,
        label="opacity",
        seconds=12.5,
    )
    marked = ReviewEvent(
        "annotated", time, "A. Reader", "annotator", ours.shapes_digest, blind=True
    )
    kept = KeptOutlines("ab12", "annotator", "B. Reader", "reviewer", (drawn,))
    record = ReviewRecord().keeping(kept).with_event(removed).with_event(marked)
    ours = replace(ours, review=record)
    path, theirs = tmp_path / "film.json", tmp_path / "theirs.json"
    path.write_bytes(dump_annotation(ours))
    assert real_labelme.resave([(path, theirs)])[0].error is None
    after = parse_annotation(theirs.read_bytes(), theirs)
    assert after.review == ours.review
    assert after.status is ReviewStatus.ANNOTATED
    assert after.shapes[0].provenance == made
    assert after.shapes[0].outline_digest == drawn.outline_digest
    assert after.shapes_digest == ours.shapes_digest


def eight_bit(path: Path) -> bytes:
    grey = np.tile(np.arange(90, dtype=np.uint8), (70, 1))
    done, encoded = cv2.imencode(path.suffix if path.suffix != ".dcm" else ".png", grey)
    assert done
    return encoded.tobytes()


def sixteen_bit(path: Path) -> bytes:
    done, encoded = cv2.imencode(path.suffix, np.full((70, 90), 30_000, np.uint16))
    assert done
    return encoded.tobytes()


def rendering() -> bytes:
    return base64.b64decode(png_base64(90, 70))


NEW_FILMS: list[tuple[str, Callable[[Path], bytes], bool]] = [
    ("grey.png", eight_bit, False),
    ("lossy.jpg", eight_bit, False),
    ("plain.bmp", eight_bit, False),
    ("scan.tif", eight_bit, False),
    ("deep.png", sixteen_bit, True),
    ("deep-scan.tif", sixteen_bit, True),
    ("archive.dcm", lambda path: b"\0" * 128 + b"DICM", True),
]


def test_labelme_opens_every_new_file_with_its_image(
    real_labelme: RealLabelMe, tmp_path: Path
) -> None:
    jobs = []
    for name, content, embedded in NEW_FILMS:
        film = tmp_path / name
        film.write_bytes(content(film))
        assert labelme_opens(film) is not embedded, name
        file = load_annotation(film, width=90, height=70)
        drawn = file.annotation.adding(Shape("opacity", SQUARE))
        saved = save_annotation(file, drawn, rendering=rendering)
        assert (saved.annotation.image_data is not None) is embedded, name
        jobs.append((saved.path, tmp_path / f"theirs-{saved.path.name}"))
    outcomes = real_labelme.resave(jobs)
    for (name, _, _), outcome in zip(NEW_FILMS, outcomes, strict=True):
        assert (outcome.error, outcome.width, outcome.height) == (None, 90, 70), name


def test_labelme_opens_an_annotation_that_lies_elsewhere(
    real_labelme: RealLabelMe, tmp_path: Path
) -> None:
    film, out = tmp_path / "films" / "film.png", tmp_path / "out" / "film.json"
    for path in (film, out):
        path.parent.mkdir()
    film.write_bytes(eight_bit(film))
    file = AnnotationFile(out, Annotation("film.png", 90, 70), None, film)
    save_annotation(file, file.annotation.adding(Shape("opacity", SQUARE)), rendering=rendering)
    written: dict[str, Any] = json.loads(out.read_bytes())
    assert written["imageData"] is not None
    assert real_labelme.resave([(out, tmp_path / "theirs.json")])[0].error is None
