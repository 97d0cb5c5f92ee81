"""Two people's changes to one annotation, put together outline by outline.

Which is which `outline_pairs` tells. Whatever cannot be told apart counts as removed and drawn
anew, which costs nobody an outline.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.correction import CorrectionReason
from opacity_studio.domain.outline_merge import merged_outline
from opacity_studio.domain.outline_pairs import Side, content_of, same_content
from opacity_studio.domain.record_merge import merged_records, new_events
from opacity_studio.domain.review_status import ReviewEvent
from opacity_studio.domain.shape import Provenance, Shape
from opacity_studio.domain.three_way import BOTH_CHANGED, either, merged_mapping

Keep = Literal["mine", "theirs", "both"]


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
    events
        What the other side recorded.
    by
        Who did all this, as far as the other side tells.
    is_ours
        Whether the other side's outlines were made in this program, by whomever.
    """

    annotation: Annotation
    clashes: tuple[Clash, ...] = ()
    added: int = 0
    changed: int = 0
    removed: int = 0
    events: tuple[ReviewEvent, ...] = ()
    by: tuple[str, ...] = ()
    is_ours: bool = False


def merge(base: Annotation, mine: Annotation, theirs: Annotation, *, keep: Keep = "both") -> Merge:
    """Put together what `mine` and `theirs` made of `base`.

    No outline that either side added is lost, and none that both removed comes back. One that a
    side changed and the other left alone is changed; changes of different things (the label here,
    the outline there) are both made, and so are changes of different stretches of one outline.
    Drawing order follows the side that changed it, `mine` where both did; what a side drew on top
    stays on top.

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
    left, right = Side(base.shapes, mine.shapes), Side(base.shapes, theirs.shapes)
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
    events, made = new_events(base.review, theirs.review), _made(base, theirs)
    return Merge(
        _rest(base, mine, theirs, keep, _with_own_keys(shapes)),
        tuple(clashes),
        added=len(new),
        changed=right.changed,
        removed=right.removed,
        events=events,
        by=_by(made, events),
        is_ours=bool(made) and None not in made,
    )


def _made(base: Annotation, theirs: Annotation) -> tuple[Provenance | None, ...]:
    """Return what is known of each outline that `theirs` has and `base` has not."""
    known = {shape.outline_digest for shape in base.shapes}
    return tuple(s.provenance for s in theirs.shapes if s.outline_digest not in known)


def _by(made: Sequence[Provenance | None], events: Sequence[ReviewEvent]) -> tuple[str, ...]:
    names = [event.reader for event in events]
    names += [each.edited_by for each in made if each is not None and each.edited_by]
    return tuple(dict.fromkeys(filter(None, names)))


# One outline ------------------------------------------------------------------------------


def _after(before: Shape, mine: Shape | None, theirs: Shape | None) -> tuple[Shape, ...] | Clash:
    if same_content(theirs, before) or same_content(mine, theirs):
        return _present(mine)
    if same_content(mine, before):
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
        "outline": either(*outlines),
        **{
            name: either(*(getattr(shape, name) for shape in (before, mine, theirs)))
            for name in ("label", "group_id", "description")
        },
        **{
            name: merged_mapping(*(getattr(shape, name) for shape in (before, mine, theirs)))
            for name in ("flags", "extra")
        },
    }
    outline = parts.pop("outline")
    if any(part is BOTH_CHANGED for part in parts.values()):
        return None
    drawn = theirs if from_theirs else mine
    if outline is BOTH_CHANGED:
        both = merged_outline(before, mine, theirs)
        if both is None:
            return None
        drawn = both
    shape = replace(drawn, key=mine.key, **parts)
    return replace(shape, provenance=_with_both_reasons(shape, before, mine, theirs))


def _with_both_reasons(
    shape: Shape, before: Shape, mine: Shape, theirs: Shape
) -> Provenance | None:
    """Return who made `shape`, with the reason for its correction that either side gave."""
    made = shape.provenance
    given = either(*(_reason(side) for side in (before, mine, theirs)))
    if given is BOTH_CHANGED or given == _reason(shape):
        return made
    return replace(made if made is not None else Provenance("person"), reason=given)


def _reason(shape: Shape) -> CorrectionReason | None:
    return None if shape.provenance is None else shape.provenance.reason


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
        value = either(*(getattr(side, name) for side in sides))
        values[name] = getattr(chosen, name) if value is BOTH_CHANGED else value
    # An annotation under review need not know of the image that its file has embedded.
    own = mine.image_data not in (None, base.image_data)
    return replace(
        mine,
        **values,
        shapes=shapes,
        image_data=mine.image_data if own else theirs.image_data,
        flags=merged_mapping(base.flags, mine.flags, theirs.flags, chosen.flags),
        extra=merged_mapping(base.extra, mine.extra, theirs.extra, chosen.extra),
        review=merged_records(base.review, mine.review, theirs.review, keep),
    )
