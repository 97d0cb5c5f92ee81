"""What is done to whole shapes, one undo step each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.labels import LUNG_LABELS, OPACITY, display_name
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.tracing import traced
from opacity_studio.domain.wording import marked, tr
from opacity_studio.review import combining, editing, pasting
from opacity_studio.review.editing_session import EditingSession

_STEPS: Final[dict[editing.Place, str]] = {
    "front": tr("Bring to front"),
    "forward": tr("Bring forward"),
    "backward": tr("Send backward"),
    "back": tr("Send to back"),
}


_COMBINED: Final[dict[combining.Operation, str]] = {
    "unite": marked("Unite {label}"),
    "subtract": marked("Subtract {label}"),
    "intersect": marked("Intersect {label}"),
}


@dataclass(frozen=True, slots=True)
class PlannedEdit:
    """An edit that may take long: what it comes to can be worked out on another thread.

    Attributes
    ----------
    base
        The annotation it is made from.
    label
        Name of the step.
    outcome
        Works the annotation out.
    selected
        What is selected afterwards.
    """

    base: Annotation
    label: str
    outcome: Callable[[], Annotation]
    selected: frozenset[int]


class ShapeSession(EditingSession):
    """Deletes, relabels, moves, copies and combines the selected shapes; locked ones stay.

    `ReviewSession` adds what the networks say; it is the one to use.
    """

    def _unlocked(self, keys: Iterable[int] | None) -> tuple[Shape, ...]:
        chosen = (self._selection if keys is None else frozenset(keys)) - self.locked
        return tuple(shape for shape in self.annotation.shapes if shape.key in chosen)

    def delete(self, keys: Iterable[int] | None = None) -> bool:
        """Delete the shapes in `keys` (the selected ones), locked ones excepted."""
        shapes = self._unlocked(keys)
        if not shapes:
            return False
        gone = self.annotation.removing(shape.key for shape in shapes)
        return self.commit(editing.named("Delete {label}", "Delete {count} shapes", shapes), gone)

    def relabel(self, label: str, keys: Iterable[int] | None = None) -> bool:
        """Give the shapes in `keys` (the selected ones) another label."""
        shapes = self._unlocked(keys)
        new = editing.relabelled(self.annotation, {shape.key for shape in shapes}, label)
        return self.commit(tr("Relabel to {label}", label=display_name(label)), new)

    def nudge(self, dx: float, dy: float) -> bool:
        """Move the selected shapes by (dx, dy) pixels, as far as the film reaches.

        Nudges in a row are one step.
        """
        shapes = self._unlocked(None)
        if self._radiograph is None or not shapes:
            return False
        keys = {shape.key for shape in shapes}
        size = self._radiograph.width, self._radiograph.height
        new = editing.moved(self.annotation, keys, (dx, dy), size)
        return self.commit(
            editing.named("Move {label}", "Move {count} shapes", shapes),
            new,
            merge=("nudge", frozenset(keys)),
        )

    def arrange(self, to: editing.Place) -> bool:
        """Draw the selected shapes further up or down; outlines stay as they are."""
        shapes = self._unlocked(None)
        new = editing.arranged(self.annotation, {shape.key for shape in shapes}, to)
        return self.commit(_STEPS[to], new)

    # Hiding and locking -------------------------------------------------------------------

    def toggle_hidden(self, keys: Iterable[int] | None = None) -> None:
        """Hide the shapes in `keys` (the selected ones), or show them where all are hidden."""
        self.set_visibility(self.visibility.toggled(self._chosen(keys), locks=False))

    def toggle_locked(self, keys: Iterable[int] | None = None) -> None:
        """Lock the shapes in `keys` (the selected ones), or unlock them where all are locked."""
        self.set_visibility(self.visibility.toggled(self._chosen(keys), locks=True))

    def toggle_labels(self, labels: Iterable[str], *, locks: bool) -> None:
        """Hide (or lock) every shape with one of `labels`, on every film, or undo that."""
        self.set_visibility(self.visibility.with_labels_toggled(labels, locks=locks))

    def show_all(self) -> None:
        """Hide nothing."""
        self.set_visibility(replace(self.visibility, hidden=frozenset(), hidden_labels=frozenset()))

    def unlock_all(self) -> None:
        """Lock nothing."""
        self.set_visibility(replace(self.visibility, locked=frozenset(), locked_labels=frozenset()))

    def _chosen(self, keys: Iterable[int] | None) -> tuple[Shape, ...]:
        chosen = self._selection if keys is None else frozenset(keys)
        return tuple(shape for shape in self.annotation.shapes if shape.key in chosen)

    # Copies -------------------------------------------------------------------------------

    def duplicate(self, dx: float = 10, dy: float = 10) -> bool:
        """Put copies of the selected shapes beside them and select the copies."""
        shapes = self.selected_shapes
        if not shapes:
            return False
        new, keys = editing.duplicated(self.annotation, {s.key for s in shapes}, dx, dy)
        done = self.commit(
            editing.named("Duplicate {label}", "Duplicate {count} shapes", shapes), new
        )
        self.select(keys)
        return done

    def paste(self, shapes: Sequence[Shape], aside: tuple[float, float] = (10.0, 10.0)) -> int:
        """Put copies of `shapes`, of this film or another, on top and select them.

        They keep their coordinates, but are kept on the film; where one of them would lie exactly
        on its original, all go `aside` (x, y, in pixels) until none does.

        Returns
        -------
        int
            How many were pasted.
        """
        if self._radiograph is None or not shapes:
            return 0
        size = self._radiograph.width, self._radiograph.height
        copies = pasting.placed(self.annotation, shapes, size, aside)
        return self._add_pasted(
            copies, editing.named("Paste {label}", "Paste {count} shapes", shapes)
        )

    def paste_findings(
        self,
        shapes: Sequence[Shape],
        their_size: tuple[float, float],
        lungs: Sequence[Shape],
    ) -> int:
        """Put the findings of an earlier film of the patient where they belong on this one.

        Parameters
        ----------
        shapes
            All shapes of the earlier film. Its lungs serve to find the place and are not pasted.
        their_size
            Width and height of that film.
        lungs
            The lungs of this film, drawn or predicted.

        Returns
        -------
        int
            How many were pasted; those that are here already are not pasted again.
        """
        if self._radiograph is None:
            return 0
        size = self._radiograph.width, self._radiograph.height
        copies = pasting.followed_up(self.annotation, shapes, their_size, lungs, size)
        return self._add_pasted(
            copies, editing.named("Paste earlier {label}", "Paste earlier {count} shapes", copies)
        )

    def _add_pasted(self, copies: Sequence[Shape], label: str) -> int:
        if not copies or not self.commit(label, self.annotation.adding(*copies)):
            return 0
        self.select(shape.key for shape in copies)
        return len(copies)

    # Shapes made of shapes ----------------------------------------------------------------

    def combine(self, operation: combining.Operation) -> bool:
        """Unite the selected shapes, or cut the one selected first by the others.

        Returns
        -------
        bool
            False where there is nothing to do: fewer than two polygons, no overlap, or nothing
            would be left.
        """
        edit = self.combination(operation)
        return edit is not None and self.carry_out(edit, edit.outcome())

    def combination(self, operation: combining.Operation) -> PlannedEdit | None:
        """Return what `combine` does, to be worked out elsewhere; None where nothing is to do."""
        unlocked = {shape.key for shape in self._unlocked(None)}
        order = self.selection_order
        if operation == "unite":
            order = tuple(key for key in order if key in unlocked)
        first = next((s for s in self.selected_shapes if order and s.key == order[0]), None)
        if first is None or first.key not in unlocked:
            return None
        base, combined = self.annotation, combining.OPERATIONS[operation]
        return PlannedEdit(
            base,
            tr(_COMBINED[operation], label=display_name(first.label)),
            lambda: combined(base, order),
            self.selection if operation == "unite" else frozenset({first.key}),
        )

    def carry_out(self, edit: PlannedEdit, outcome: Annotation) -> bool:
        """Make the outcome of `edit` the current annotation, unless another edit came first."""
        if self.annotation is not edit.base or not self.commit(edit.label, outcome):
            return False
        self.select(edit.selected)
        return True

    def clip_to_lungs(self, lungs: Sequence[Shape]) -> tuple[int, int]:
        """Cut the selected opacities, all where none is selected, down to `lungs`.

        Returns
        -------
        tuple of int
            How many shapes were cut, and how many lay outside as a whole and are gone.
        """
        chosen = self._unlocked(None) or self._unlocked(s.key for s in self.annotation.shapes)
        keys = {shape.key for shape in chosen if shape.label == OPACITY}
        new, changed, gone = combining.clipped(self.annotation, keys, lungs)
        return (changed, gone) if self.commit(tr("Clip opacity to lungs"), new) else (0, 0)

    def snap_to_lungs(self, lungs: Sequence[Shape], reach: float) -> bool:
        """Move the outlines of the selected shapes onto the lungs' where they run close by.

        Parameters
        ----------
        lungs
            The outlines to follow; selected ones excepted.
        reach
            In image pixels.
        """
        edit = self.snapping(lungs, reach)
        return self.carry_out(edit, edit.outcome())

    def snapping(self, lungs: Sequence[Shape], reach: float) -> PlannedEdit:
        """Return what `snap_to_lungs` does, to be worked out elsewhere."""
        base, shapes = self.annotation, self._unlocked(None)
        keys = {shape.key for shape in shapes}
        guides = [s.points for s in lungs if s.label in LUNG_LABELS and s.key not in keys]
        return PlannedEdit(
            base,
            editing.named("Snap {label}", "Snap {count} shapes", shapes),
            lambda: base.mapping(keys, lambda shape: traced(shape, guides, reach)),
            self.selection,
        )
