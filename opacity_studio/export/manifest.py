"""``manifest.json``: what went out, from what, vouched for by whom, and what stayed behind.

Holds no time, no path of this machine and, unless asked otherwise, no patient's id. The same films
give the same bytes. Sentences about films do not go in: they name films as they are called here.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opacity_studio import __version__
from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.review_status import ReviewRecord
from opacity_studio.export.film import OutgoingFilm
from opacity_studio.export.order import SIDES, ExportOrder, Side, Split
from opacity_studio.export.target import MANIFEST_SCHEMA


@dataclass(frozen=True, slots=True)
class ManifestFilm:
    """What the manifest says of one film that went out.

    Attributes
    ----------
    patient
        As it is called outside.
    patient_is_known
        False where the film counts as a patient of its own.
    side
        Of the split; None without one.
    image_digest
        sha256 of the film's file in the folder it came from.
    entry
        Everything, for the file.
    """

    patient: str
    patient_is_known: bool
    side: Side | None
    image_digest: str
    entry: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LeftOutEntry:
    """A film that stayed behind: its name outside, its state and the reason as a clause."""

    film: str
    status: str
    reason: str


def film_entry(
    film: OutgoingFilm,
    source: Annotation,
    *,
    patient_is_known: bool,
    image: str | None,
    image_form: str,
    image_digest: str,
    annotation_digest: str,
) -> ManifestFilm:
    """Return what the manifest says of a film.

    Parameters
    ----------
    source
        The annotation as it lies in the folder.
    image
        Path of the image in the export; None where it does not go along.
    image_form
        What became of it.
    image_digest, annotation_digest
        sha256 of the files in the folder.
    """
    record = film.annotation.review or ReviewRecord()
    mark = record.last_mark("reviewer") or record.last_mark("annotator")
    polygons = film.polygons
    entry = {
        "film": film.stem,
        "patient": film.patient,
        "patient_known": patient_is_known,
        "side": film.side,
        "status": film.status.value,
        "annotator": record.annotator,
        "reviewer": record.reviewer,
        "marked": None if mark is None else mark.time,
        "marked_with": None if mark is None else mark.program,
        "model": None if mark is None else mark.model,
        "threshold": None if mark is None else mark.threshold,
        "image": {
            "file": image,
            "form": image_form,
            "width": film.width,
            "height": film.height,
            "source_sha256": image_digest,
        },
        "annotation": {
            "source_sha256": annotation_digest,
            "shapes_digest": source.shapes_digest,
        },
        "shapes": len(film.annotation.shapes),
        "shapes_not_polygons": len(film.annotation.shapes) - len(polygons),
        "shapes_left_out": len(source.shapes) - len(film.annotation.shapes),
        "made_by": _makers(film.annotation),
    }
    return ManifestFilm(film.patient, patient_is_known, film.side, image_digest, entry)


def _makers(annotation: Annotation) -> dict[str, int]:
    """Return how many shapes each maker made; a network's touched by a person count apart."""
    makers: Counter[str] = Counter()
    for shape in annotation.shapes:
        made = shape.provenance
        if made is None:
            makers["unknown"] += 1
        elif made.source == "person":
            makers["person"] += 1
        else:
            model = made.model or "model"
            makers[model if made.edited_by is None else f"{model}, corrected"] += 1
    return dict(sorted(makers.items()))


def split_proof(films: Sequence[ManifestFilm], split: Split) -> dict[str, Any]:
    """Return the patients of each side, and which patients or pictures are on both: none."""
    sides: dict[str, dict[str, Any]] = {}
    for side in SIDES:
        on_side = [film for film in films if film.side == side]
        patients = sorted({film.patient for film in on_side})
        sides[side] = {"films": len(on_side), "patients": patients}
    return {
        "rule": str(split),
        "how": (
            f"sha256 of the patient's own id (UTF-8), modulo {split.train + split.test}: "
            f"below {split.train} train, else test"
        ),
        "sides": sides,
        "patients_on_both_sides": _on_both(films, lambda film: film.patient),
        "identical_films_on_both_sides": _on_both(films, lambda film: film.image_digest),
    }


def _on_both(films: Sequence[ManifestFilm], what: Callable[[ManifestFilm], str]) -> list[str]:
    sides: defaultdict[str, set[Side | None]] = defaultdict(set)
    for film in films:
        sides[what(film)].add(film.side)
    return sorted(name for name, found in sides.items() if len(found) > 1)


def manifest(
    order: ExportOrder,
    films: Sequence[ManifestFilm],
    left_out: Sequence[LeftOutEntry],
    written: Mapping[str, tuple[str, int]],
    *,
    key_fingerprint: str,
) -> Iterator[bytes]:
    """Yield the file, a piece at a time: that of 10,000 films is 16 MB long.

    Parameters
    ----------
    written
        sha256 and length of every other file, by path.
    key_fingerprint
        Tells whether two exports call a patient alike.
    """
    document = {
        "schema": MANIFEST_SCHEMA,
        "program": f"Opacity Studio {__version__}",
        "order": order.to_json(),
        "pseudonym_key": None if order.keep_patient_ids else key_fingerprint,
        "summary": {
            "films": len(films),
            "patients": len({film.patient for film in films}),
            "films_of_unknown_patients": sum(not film.patient_is_known for film in films),
            "by_status": _counted(str(film.entry["status"]) for film in films),
            "shapes": sum(film.entry["shapes"] for film in films),
            "left_out": len(left_out),
            "left_out_because": _counted(entry.reason for entry in left_out),
        },
        "split": None if order.split is None else split_proof(films, order.split),
        "films": [dict(film.entry) for film in films],
        "left_out": [
            {"film": entry.film, "status": entry.status, "reason": entry.reason}
            for entry in left_out
        ],
        "files": {
            name: {"sha256": digest, "bytes": length}
            for name, (digest, length) in sorted(written.items())
        },
    }
    for piece in json.JSONEncoder(indent=1, ensure_ascii=False).iterencode(document):
        yield piece.encode("utf-8", "backslashreplace")
    yield b"\n"


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))
