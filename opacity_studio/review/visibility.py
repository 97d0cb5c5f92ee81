"""Which shapes are out of sight and which out of reach: one by one, and by label."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from opacity_studio.domain.shape import Shape


@dataclass(frozen=True, slots=True)
class Visibility:
    """What of a film is hidden and locked; no part of the annotation, never saved.

    Attributes
    ----------
    hidden, locked
        Keys of single shapes, until the next film.
    hidden_labels, locked_labels
        All shapes with these labels, on every film until they are shown or unlocked again.
    """

    hidden: frozenset[int] = frozenset()
    locked: frozenset[int] = frozenset()
    hidden_labels: frozenset[str] = frozenset()
    locked_labels: frozenset[str] = frozenset()

    def on_another_film(self) -> Self:
        """Return what holds on the next film: the labels."""
        return replace(self, hidden=frozenset(), locked=frozenset())

    def hidden_among(self, shapes: Iterable[Shape]) -> frozenset[int]:
        """Return the keys of all hidden shapes among `shapes`."""
        return _with_labelled(self.hidden, self.hidden_labels, shapes)

    def locked_among(self, shapes: Iterable[Shape]) -> frozenset[int]:
        """Return the keys of all locked shapes among `shapes`."""
        return _with_labelled(self.locked, self.locked_labels, shapes)

    def toggled(self, shapes: Iterable[Shape], *, locks: bool) -> Self:
        """Return with `shapes` hidden (or locked), or back where all of them are already.

        Where a label keeps a shape hidden or locked, the label is let go.
        """
        shapes = tuple(shapes)
        keys = {shape.key for shape in shapes}
        if locks:
            on = not keys <= self.locked_among(shapes)
            freed = frozenset() if on else frozenset(shape.label for shape in shapes)
            own = self.locked | keys if on else self.locked - keys
            return replace(self, locked=own, locked_labels=self.locked_labels - freed)
        on = not keys <= self.hidden_among(shapes)
        freed = frozenset() if on else frozenset(shape.label for shape in shapes)
        own = self.hidden | keys if on else self.hidden - keys
        return replace(self, hidden=own, hidden_labels=self.hidden_labels - freed)

    def with_labels_toggled(self, labels: Iterable[str], *, locks: bool) -> Self:
        """Return with `labels` hidden (or locked), or back where all of them are already."""
        chosen = frozenset(labels)
        now = self.locked_labels if locks else self.hidden_labels
        new = now - chosen if chosen <= now else now | chosen
        if locks:
            return replace(self, locked_labels=new)
        return replace(self, hidden_labels=new)


def _with_labelled(
    keys: frozenset[int], labels: frozenset[str], shapes: Iterable[Shape]
) -> frozenset[int]:
    if not labels:
        return keys
    return keys | {shape.key for shape in shapes if shape.label in labels}
