"""Bringing what others saved into the film under review."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.merge import Keep, Merge, merge
from opacity_studio.domain.wording import tr


class Shared(Protocol):
    """What is needed of the session."""

    @property
    def annotation(self) -> Annotation:
        """The annotation as it stands."""

    def rebase(self, change: Callable[[Annotation], Annotation]) -> None:
        """Bring what others did into the annotation and into all that undo leads to."""

    def adopt(self, label: str, annotation: Annotation) -> bool:
        """Make `annotation` the current one, as one undo step that stamps nothing."""


def take_in(
    session: Shared, base: Annotation, theirs: Annotation, *, keep: Keep | None = None
) -> Merge:
    """Merge `theirs` into the session.

    No step of its own: undo goes back through this session's edits only, and their part stays.
    To have taken their outlines in place of one's own is a step that can be undone.

    Parameters
    ----------
    base
        What the session's annotation and `theirs` both come from.
    theirs
        As it is on disk now.
    keep
        What becomes of outlines that were changed on both sides. With None nothing is done where
        there are any.
    """
    mine = session.annotation
    made = merge(base, mine, theirs, keep=keep or "both")
    if made.clashes and keep is None:
        return made
    undone: Keep = "mine" if keep in ("mine", "theirs") else "both"

    def with_theirs(annotation: Annotation) -> Annotation:
        if annotation is mine and keep != "theirs":
            return made.annotation
        return merge(base, annotation, theirs, keep=undone).annotation

    session.rebase(with_theirs)
    session.adopt(tr("Take theirs"), made.annotation)
    return made
