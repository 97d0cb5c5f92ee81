"""Two people's changes to one annotation, put together outline by outline.

LabelMe's file gives an outline no name, so what became of it is told by what it says: an outline
that is the same on both sides is the same outline; one that is left over belongs to the one it
covers, if there is one. Whatever cannot be told apart counts as removed and drawn anew, which
costs nobody an outline.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import Region, region_of
from opacity_studio.domain.review_status import ReviewRecord
from opacity_studio.domain.shape import Provenance, Shape

Keep = Literal["mine", "theirs", "both"]

_SAME_PLACE: Final = 0.5
"""Intersection over union from which on a changed outline is taken for the one it was."""

_BOTH_CHANGED: Final = object()


@dataclass(frozen=True, slots=True)
class Clash:
    """An outline that was changed on both sides, differently; None where a side removed it."""

    mine: Shape | None
    theirs: Shape | None


@dataclass(frozen=True, slots=True)
class Merge:
    """What comes of two sides.

    Attributes
    ----------
    annotation
        Both sides' changes; where they clash, what was to be kept.
    clashes
        Outlines changed on both sides.
    added, changed, removed
        How many outlines the other side added, changed and removed.
    """

    annotation: Annotation
    clashes: tuple[Clash, ...] = ()
    added: int = 0
    changed: int = 0
    removed: int = 0


def merge(base: Annotation, mine: Annotation, theirs: Annotation, *, keep: Keep = "both") -> Merge:
    """Put together what `mine` and `theirs` made of `base`.

    No outline that either side added is lost, and none that both removed comes back. One that a
    side changed and the other left alone is changed; changes of different things (the label here,
    the outline there) are both made. Drawing order follows the side that changed it, `mine` where
    both did; what a side drew on top stays on top.

    Parameters
    ----------
    base
        The annotation both started from.
    mine
        Its shapes keep their identity in the result.
    theirs
        As it is on disk, say.
    keep
        What becomes of outlines that were changed on both sides. With ``"both"`` one that the
        other side removed stays.
    """
    left, right = _Side(base.shapes, mine.shapes), _Side(base.shapes, theirs.shapes)
    kept: dict[Hashable, tuple[Shape, ...]] = {}
    clashes = []
    for index, before in enumerate(base.shapes):
        after = _after(before, left.of(index), right.of(index))
        if isinstance(after, Clash):
            clashes.append(after)
            after = _chosen(after, keep)
        kept["base", index] = after
    kept |= {("mine", at): (mine.shapes[at],) for at in left.added}
    new = _without(right.added, theirs.shapes, [mine.shapes[at] for at in left.added])
    kept |= {("theirs", at): (theirs.shapes[at],) for at in new}
    first, then = left.order("mine"), right.order("theirs")
    if right.is_reordered and not left.is_reordered:
        first, then = then, first
    shapes = [shape for token in _woven(first, then) for shape in kept.get(token, ())]
    return Merge(
        _rest(base, mine, theirs, keep, _with_own_keys(shapes)),
        tuple(clashes),
        added=len(new),
        changed=right.changed,
        removed=right.removed,
    )


def content_of(shape: Shape) -> Hashable:
    """Return what is equal for two shapes that a file says the same of."""
    made = shape.provenance
    if made is not None and made.outline_digest is None:
        # A record without a digest speaks of the outline it is on; the file always names it.
        made = replace(made, outline_digest=shape.outline_digest)
    return (
        shape.label,
        shape.outline_digest,
        shape.group_id,
        shape.description,
        _text(shape.flags),
        _text(shape.extra),
        None if made is None else _words(made),
    )


def _words(made: Provenance) -> Hashable:
    return (
        made.source,
        made.model,
        made.score,
        made.threshold,
        made.edited_by,
        made.reason,
        made.outline_digest,
        _text(made.extra),
    )


def _text(mapping: Mapping[str, Any]) -> str:
    return json.dumps(dict(mapping), sort_keys=True, default=repr)


# Which outline is which -------------------------------------------------------------------


class _Side:
    """What one side made of the shapes of the base."""

    def __init__(self, base: Sequence[Shape], shapes: Sequence[Shape]) -> None:
        self._base = base
        self._shapes = shapes
        self._at: dict[int, int] = {}  # place in the base → place here
        self._pair_equal([shape.key for shape in base], [shape.key for shape in shapes])
        self._pair_equal(list(map(content_of, base)), list(map(content_of, shapes)))
        self._pair_equal([s.outline_digest for s in base], [s.outline_digest for s in shapes])
        self._pair_overlapping()
        paired = set(self._at.values())
        self.added = [at for at in range(len(shapes)) if at not in paired]

    def of(self, index: int) -> Shape | None:
        """Return what became of shape `index` of the base; None where it was removed."""
        at = self._at.get(index)
        return None if at is None else self._shapes[at]

    @property
    def removed(self) -> int:
        """Number of shapes of the base that are not here."""
        return len(self._base) - len(self._at)

    @property
    def changed(self) -> int:
        """Number of shapes of the base that are here, but not as they were."""
        return sum(not _same(self._base[i], self._shapes[at]) for i, at in self._at.items())

    @property
    def is_reordered(self) -> bool:
        """Whether shapes of the base lie over one another in another order here."""
        places = [self._at[index] for index in sorted(self._at)]
        return places != sorted(places)

    def order(self, name: str) -> list[Hashable]:
        """Return the shapes here as tokens, those of the base as ``("base", index)``."""
        index_of = {at: index for index, at in self._at.items()}
        return [
            ("base", index_of[at]) if at in index_of else (name, at)
            for at in range(len(self._shapes))
        ]

    def _left_over(self) -> tuple[list[int], list[int]]:
        taken = set(self._at.values())
        return (
            [index for index in range(len(self._base)) if index not in self._at],
            [at for at in range(len(self._shapes)) if at not in taken],
        )

    def _pair_equal(self, base: Sequence[Hashable], here: Sequence[Hashable]) -> None:
        waiting = defaultdict(list)
        indices, places = self._left_over()
        for at in reversed(places):
            waiting[here[at]].append(at)
        for index in indices:
            if waiting[base[index]]:
                self._at[index] = waiting[base[index]].pop()

    def _pair_overlapping(self) -> None:
        indices, places = self._left_over()
        regions = {at: _region(self._shapes[at]) for at in places}
        likeness = []
        for index in indices:
            region = _region(self._base[index])
            for at in places:
                share = _overlap(region, regions[at])
                if share >= _SAME_PLACE:
                    likeness.append((-share, index, at))
        taken: set[int] = set()
        for _, index, at in sorted(likeness):
            if index not in self._at and at not in taken:
                self._at[index] = at
                taken.add(at)


def _region(shape: Shape) -> Region | None:
    return region_of(shape) if shape.is_polygon and len(shape.points) > 2 else None


def _overlap(one: Region | None, other: Region | None) -> float:
    if one is None or other is None or not one.intersects(other):
        return 0.0
    shared = one.intersection(other).area
    whole = one.area + other.area - shared
    return float(shared / whole) if whole > 0 else 0.0


def _same(one: Shape | None, other: Shape | None) -> bool:
    if one is other:
        return True
    return one is not None and other is not None and content_of(one) == content_of(other)


# One outline ------------------------------------------------------------------------------


def _after(before: Shape, mine: Shape | None, theirs: Shape | None) -> tuple[Shape, ...] | Clash:
    if _same(theirs, before) or _same(mine, theirs):
        return _present(mine)
    if _same(mine, before):
        assert mine is not None
        return () if theirs is None else (replace(theirs, key=mine.key),)
    combined = None
    if mine is not None and theirs is not None:
        combined = _combined(before, mine, theirs)
    return Clash(mine, theirs) if combined is None else (combined,)


def _present(*shapes: Shape | None) -> tuple[Shape, ...]:
    return tuple(shape for shape in shapes if shape is not None)


def _chosen(clash: Clash, keep: Keep) -> tuple[Shape, ...]:
    if keep == "both":
        return _present(clash.mine, clash.theirs)
    return _present(clash.mine if keep == "mine" else clash.theirs)


def _combined(before: Shape, mine: Shape, theirs: Shape) -> Shape | None:
    """Return the shape with both sides' changes; None where both changed the same thing."""
    outlines = before.outline_digest, mine.outline_digest, theirs.outline_digest
    from_theirs = outlines[1] == outlines[0] and outlines[2] != outlines[0]
    parts: dict[str, Any] = {
        "outline": _either(*outlines),
        **{
            name: _either(*(getattr(shape, name) for shape in (before, mine, theirs)))
            for name in ("label", "group_id", "description")
        },
        **{
            name: _mapping(*(getattr(shape, name) for shape in (before, mine, theirs)))
            for name in ("flags", "extra")
        },
    }
    if any(part is _BOTH_CHANGED for part in parts.values()):
        return None
    del parts["outline"]
    return replace(theirs if from_theirs else mine, key=mine.key, **parts)


def _either(before: Any, mine: Any, theirs: Any) -> Any:  # noqa: ANN401 - any field
    if theirs in (mine, before):
        return mine
    return theirs if mine == before else _BOTH_CHANGED


def _mapping(
    before: Mapping[str, Any],
    mine: Mapping[str, Any],
    theirs: Mapping[str, Any],
    at_odds: Mapping[str, Any] | None = None,
) -> Any:  # noqa: ANN401 - a mapping or _BOTH_CHANGED
    """Merge key by key; where both changed one, what `at_odds` says of it, if given."""
    gone = object()
    merged = {}
    for key in dict.fromkeys((*mine, *theirs)):
        value = _either(*(side.get(key, gone) for side in (before, mine, theirs)))
        if value is _BOTH_CHANGED:
            if at_odds is None:
                return _BOTH_CHANGED
            value = at_odds.get(key, gone)
        if value is not gone:
            merged[key] = value
    return merged


# Drawing order ----------------------------------------------------------------------------


def _without(added: Iterable[int], shapes: Sequence[Shape], known: Iterable[Shape]) -> list[int]:
    """Return `added` without those that are also among `known`, each counted once."""
    there = [content_of(shape) for shape in known]
    new = []
    for at in added:
        content = content_of(shapes[at])
        if content in there:
            there.remove(content)
        else:
            new.append(at)
    return new


def _woven(first: Sequence[Hashable], then: Sequence[Hashable]) -> list[Hashable]:
    """Return `first` with what only `then` has, each behind what it follows there."""
    following: defaultdict[Hashable, list[Hashable]] = defaultdict(list)
    known = set(first)
    behind: Hashable = None
    for token in then:
        if token in known:
            behind = token
        else:
            following[behind].append(token)
    # What lies on top of everything there does so here, whatever it came to follow.
    on_top = following.pop(behind, [])
    woven = following[None]
    for token in first:
        woven += (token, *following[token])
    return woven + on_top


def _with_own_keys(shapes: Iterable[Shape]) -> tuple[Shape, ...]:
    seen: set[int] = set()
    unique = []
    for shape in shapes:
        unique.append(shape.copied() if shape.key in seen else shape)
        seen.add(unique[-1].key)
    return tuple(unique)


# Everything else in the file --------------------------------------------------------------


def _rest(
    base: Annotation,
    mine: Annotation,
    theirs: Annotation,
    keep: Keep,
    shapes: tuple[Shape, ...],
) -> Annotation:
    sides = base, mine, theirs
    chosen = theirs if keep == "theirs" else mine
    values = {}
    for name in ("image_path", "image_width", "image_height", "version"):
        value = _either(*(getattr(side, name) for side in sides))
        values[name] = getattr(chosen, name) if value is _BOTH_CHANGED else value
    # An annotation under review need not know of the image that its file has embedded.
    own = mine.image_data not in (None, base.image_data)
    return replace(
        mine,
        **values,
        shapes=shapes,
        image_data=mine.image_data if own else theirs.image_data,
        flags=_mapping(base.flags, mine.flags, theirs.flags, chosen.flags),
        extra=_mapping(base.extra, mine.extra, theirs.extra, chosen.extra),
        review=_review(base.review, mine.review, theirs.review, keep),
    )


def _review(
    base: ReviewRecord | None,
    mine: ReviewRecord | None,
    theirs: ReviewRecord | None,
    keep: Keep,
) -> ReviewRecord | None:
    """Return every event of both sides in the order of time; the last one says where we are."""
    if theirs in (None, mine, base):
        return mine
    if mine in (None, base):
        return theirs
    known = base.events if base is not None else ()
    by_me = [event for event in mine.events if event not in known]
    by_them = [event for event in theirs.events if event not in mine.events]
    events = sorted((*mine.events, *by_them), key=lambda event: event.time)
    status = _either(None if base is None else base.status, mine.status, theirs.status)
    if by_me or by_them:
        status = mine.status if events[-1] in mine.events else theirs.status
    elif status is _BOTH_CHANGED:
        status = theirs.status if keep == "theirs" else mine.status
    extra = _mapping({} if base is None else base.extra, mine.extra, theirs.extra, mine.extra)
    return ReviewRecord(status, tuple(events), extra)
