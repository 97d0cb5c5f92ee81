"""One outline of an annotation: LabelMe's shape as an immutable value."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, Literal, Self

import numpy as np
import numpy.typing as npt

from opacity_studio.domain.correction import CorrectionReason

Points = npt.NDArray[np.float64]
Source = Literal["person", "model"]

POLYGON: Final = "polygon"
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_keys = itertools.count(1)


def frozen_points(points: npt.ArrayLike) -> Points:
    """Return `points` as a read-only float64 N×2 array; one that already is comes back as it is."""
    array = np.asarray(points, dtype=np.float64)
    if array.ndim == 2 and array.shape[1] == 2 and not array.flags.writeable:
        return array
    array = array.reshape(-1, 2).copy()
    array.flags.writeable = False
    return array


def _ring_bytes(ring: Points) -> bytes:
    return np.ascontiguousarray(ring, dtype="<f8").tobytes()


def _hole_bytes(hole: Points) -> bytes:
    """Return the same bytes for a closed ring wherever it starts and whichever way it runs."""
    if not len(hole):
        return b""
    first = hole[np.lexsort((hole[:, 1], hole[:, 0]))[0]]
    turned = []
    for start in np.flatnonzero(np.all(hole == first, axis=1)):
        ring = np.roll(hole, -start, axis=0)
        turned += [_ring_bytes(ring), _ring_bytes(np.vstack((ring[:1], ring[:0:-1])))]
    return min(turned)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who made an outline.

    Attributes
    ----------
    source
        ``"model"`` for an outline the network drew, ``"person"`` for one drawn by hand.
    model
        Id of the network; None for a person's.
    score
        Mean probability inside the region when it was accepted, 0 to 1.
    threshold
        Probability threshold the outline was taken at, 0 to 1.
    edited_by
        The reader who changed the outline after it was made; None while it stands as made.
    reason
        Why it was drawn or changed by a later reader; None where nobody said.
    outline_digest
        `Shape.outline_digest` of the outline this record speaks of. A copy edited in another
        program carries the record along; it then no longer applies.
    extra
        Keys of the record that this version does not know.
    """

    source: Source
    model: str | None = None
    score: float | None = None
    threshold: float | None = None
    edited_by: str | None = None
    reason: CorrectionReason | None = None
    outline_digest: str | None = None
    extra: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One shape of a LabelMe annotation.

    Attributes
    ----------
    label
        For example ``"opacity"``.
    points
        N×2 float64, x then y, in pixels of the image plane (pixel (r, c) covers
        [c, c+1) × [r, r+1)). For a polygon the outer ring, not closed.
    shape_type
        LabelMe's: polygon, rectangle, circle, line, linestrip, point, points, mask, …
    holes
        Interior rings of a polygon (each M×2), reopened from the file's zero-width bridges.
    group_id, flags, description, mask
        LabelMe's own; `mask` is the base64 text of a mask shape.
    provenance
        Ours; None where nothing is known (foreign files).
    extra
        Every other key of the shape in the file, as it was.
    as_read
        The file's own point list where it differs from `points` (bridged rings); written back
        for as long as the outline is untouched. `with_outline` drops it.
    key
        Identity within this run of the program; an edited shape keeps it. Not part of equality
        and never saved.
    """

    label: str
    points: Points
    shape_type: str = POLYGON
    holes: tuple[Points, ...] = ()
    group_id: int | None = None
    flags: Mapping[str, bool] = field(default_factory=lambda: _NOTHING)
    description: str | None = None
    mask: str | None = None
    provenance: Provenance | None = None
    extra: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    as_read: Points | None = None
    key: int = field(default_factory=lambda: next(_keys))

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", frozen_points(self.points))
        object.__setattr__(self, "holes", tuple(frozen_points(hole) for hole in self.holes))

    @property
    def is_polygon(self) -> bool:
        """True for the shapes whose outline the tools can edit."""
        return self.shape_type == POLYGON

    def with_outline(self, points: npt.ArrayLike, holes: Iterable[npt.ArrayLike] = ()) -> Self:
        """Return this shape with another outline; its identity and label stay."""
        return replace(
            self,
            points=frozen_points(points),
            holes=tuple(frozen_points(hole) for hole in holes),
            as_read=None,
        )

    def copied(self, **changes: Any) -> Self:  # noqa: ANN401
        """Return a copy with an identity of its own (duplicate, paste, split part)."""
        return replace(self, key=next(_keys), **changes)

    @property
    def outline_digest(self) -> str:
        """sha256 (hexadecimal) of shape type and outline, to the exact float.

        The same whatever vertex a hole starts at, whichever way it runs and in what order the
        holes come: bridges in the file do not keep that.
        """
        # A file may hold half a surrogate pair, which plain UTF-8 cannot.
        digest = hashlib.sha256(self.shape_type.encode("utf-8", "surrogatepass"))
        for ring in (_ring_bytes(self.points), *sorted(map(_hole_bytes, self.holes))):
            digest.update((len(ring) // 16).to_bytes(8, "little"))
            digest.update(ring)
        if self.mask:
            digest.update(self.mask.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Shape):
            return NotImplemented
        return (
            self._scalars() == other._scalars()
            and np.array_equal(self.points, other.points)
            and len(self.holes) == len(other.holes)
            and all(map(np.array_equal, self.holes, other.holes))
        )

    __hash__ = None  # type: ignore[assignment]

    def _scalars(self) -> tuple[object, ...]:
        return (
            self.label,
            self.shape_type,
            self.group_id,
            dict(self.flags),
            self.description,
            self.mask,
            self.provenance,
            dict(self.extra),
        )
