"""Predictions kept on disk, so that a film read before shows its prediction at once.

What several looks leave open of a prediction lies beside it under the same key.

A cache in the full sense: the folder may be deleted at any time, a damaged entry counts as absent,
and a cache that cannot be written costs speed, never work.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import uuid
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import platformdirs

from opacity_studio.domain.doubt import Doubt
from opacity_studio.domain.prediction import Box, Prediction
from opacity_studio.domain.shape import Provenance, Shape
from opacity_studio.domain.triage import Zone
from opacity_studio.files.model_store import GRAPH, ModelPair, StoredModel

FORMAT: Final = 2
"""Part of every key: raised whenever what a prediction holds, or how it is made, changes."""

LOOKING: Final = 1
"""Raised whenever what is open about a prediction is found out in another way."""

LIMIT: Final = 512 * 2**20
"""Bytes the cache may take; a prediction takes 10 to 60 kB."""

_PROVENANCE_KEYS: Final = tuple(f.name for f in fields(Provenance) if f.name != "extra")


class PredictionCache:
    """Predictions by film, networks and lungs.

    Parameters
    ----------
    folder
        Made when the first prediction is put in.
    limit
        Bytes it may take; the entries unused for longest go first.
    """

    def __init__(self, folder: Path, *, limit: int = LIMIT) -> None:
        self.folder = folder
        self.limit = limit

    @classmethod
    def standard(cls) -> Self:
        """Return the cache in this user's cache folder."""
        root = platformdirs.user_cache_path("opacity-studio", appauthor=False)
        return cls(root / "predictions")

    def get(self, key: str) -> Prediction | None:
        """Return the prediction put in under `key`, or None."""
        path = self._path(key)
        try:
            prediction = _decoded(path.read_bytes())
        except OSError:
            return None
        except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error):
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return prediction

    def put(self, key: str, prediction: Prediction) -> None:
        """Keep `prediction` under `key`; a folder that cannot be written is left alone."""
        self._write(self._path(key), _encoded(prediction))

    def get_doubt(self, key: str) -> Doubt | None:
        """Return what is open about the prediction put in under `key`, or None."""
        path = self._doubt_path(key)
        try:
            about = json.loads(path.read_bytes())
            zone = about["zone"]
            return Doubt(
                float(about["expected_difference"]),
                about["lung"],
                None if zone is None else Zone(zone),
            )
        except OSError:
            return None
        except (ValueError, KeyError, TypeError):
            with contextlib.suppress(OSError):
                path.unlink()
            return None

    def put_doubt(self, key: str, doubt: Doubt) -> None:
        """Keep what is open about the prediction under `key`."""
        self._write(self._doubt_path(key), json.dumps(asdict(doubt)).encode())

    def _write(self, path: Path, data: bytes) -> None:
        fresh = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(data)
            fresh.replace(path)
            self._trim()
        except OSError:
            with contextlib.suppress(OSError):
                fresh.unlink()

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.npz"

    def _doubt_path(self, key: str) -> Path:
        return self.folder / f"{key}.doubt{LOOKING}.json"

    def _trim(self) -> None:
        entries = [(entry.stat(), Path(entry.path)) for entry in os.scandir(self.folder)]
        total = sum(stat.st_size for stat, _ in entries)
        for stat, path in sorted(entries, key=lambda entry: entry[0].st_mtime_ns):
            if total <= self.limit:
                return
            path.unlink(missing_ok=True)
            total -= stat.st_size


def prediction_key(film_digest: str, models: ModelPair, human_lungs: Sequence[Shape] = ()) -> str:
    """Return the key of what `models` say about one film within the person's lungs, if any."""
    said = [
        str(FORMAT),
        film_digest,
        *(part for model in (models.lungs, models.opacity) for part in _identity(model)),
        *(f"{lung.label} {lung.outline_digest}" for lung in human_lungs),
    ]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _identity(model: StoredModel) -> tuple[str, ...]:
    """Return what predictions depend on: an id may come again with another threshold."""
    version = model.version
    used = (version.operating_threshold, version.test_time_flip, version.input_size)
    return version.id, version.digests.get(GRAPH, version.id), *map(str, used)


def _encoded(prediction: Prediction) -> bytes:
    box = prediction.box
    about = {
        "box": [box.left, box.top, box.right, box.bottom],
        "size": [prediction.image_width, prediction.image_height],
        "lungs": [_shape_record(shape) for shape in prediction.lungs],
        "lungs_from_person": prediction.lungs_from_person,
        "found_lungs": [_shape_record(shape) for shape in prediction.found_lungs],
        "model": prediction.model,
        "lungs_model": prediction.lungs_model,
        "operating_threshold": prediction.operating_threshold,
    }
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        probability=prediction.probability,
        about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
    )
    return buffer.getvalue()


def _decoded(data: bytes) -> Prediction:
    with np.load(io.BytesIO(data), allow_pickle=False) as entry:
        probability = entry["probability"]
        about = json.loads(entry["about"].tobytes())
    if probability.ndim != 2 or probability.dtype != np.uint8:
        raise ValueError("not a probability map")
    width, height = about["size"]
    return Prediction(
        probability=probability,
        box=Box(*about["box"]),
        image_width=width,
        image_height=height,
        lungs=tuple(_shape(record) for record in about["lungs"]),
        lungs_from_person=about["lungs_from_person"],
        model=about["model"],
        lungs_model=about["lungs_model"],
        operating_threshold=about["operating_threshold"],
        found_lungs=tuple(_shape(record) for record in about["found_lungs"]),
    )


def _shape_record(shape: Shape) -> dict[str, Any]:
    made = shape.provenance
    return {
        "label": shape.label,
        "points": shape.points.tolist(),
        "holes": [hole.tolist() for hole in shape.holes],
        "provenance": {key: getattr(made, key) for key in _PROVENANCE_KEYS} if made else None,
    }


def _shape(record: dict[str, Any]) -> Shape:
    made = record["provenance"]
    return Shape(
        record["label"],
        np.array(record["points"], dtype=np.float64),
        holes=tuple(np.array(hole, dtype=np.float64) for hole in record["holes"]),
        provenance=Provenance(**made) if made else None,
    )
