"""The annotation under review: history, selection, and edits by hand."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.review_status import Reader
from opacity_studio.domain.shape import Shape
from opacity_studio.review import editing, marking
from opacity_studio.review.change import Vertex, What
from opacity_studio.review.film_session import FilmSession
from opacity_studio.review.history import History
from opacity_studio.review.hit_testing import ShapeIndex
from opacity_studio.review.visibility import Visibility

_NO_FILM: Final = Annotation(image_path="")


@dataclass(frozen=True, slots=True)
class State:
    """What undo and redo go back and forth between."""

    annotation: Annotation
    rejected: tuple[Shape, ...] = ()
    read_until: float = 0.0
    """Reading time, in seconds, that the record's events tell of already."""


class EditingSession(FilmSession):
    """One film under review: its annotation, history and selection.

    `ReviewSession` adds what the networks say; it is the one to use.

    Everything happens in the thread that made it. Listeners are called after the state is
    consistent; they may call back.

    Parameters
    ----------
    reader
        Who edits; named in provenance and events.
    """

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self._visibility = Visibility()
        self._reset(None, _NO_FILM, None)

    def _reset(
        self, radiograph: Radiograph | None, annotation: Annotation, blocked: str | None
    ) -> None:
        self._radiograph = radiograph
        self._blocked = blocked
        self._history = History(self._opening_state(annotation))
        self._saved = annotation
        self._locked: tuple[Annotation, bool] | None = None
        self._preview: Annotation | None = None
        self._previewed_regions: tuple[Shape, ...] = ()
        self._selection: frozenset[int] = frozenset()
        self._selection_order: tuple[int, ...] = ()
        self._vertices: frozenset[Vertex] = frozenset()
        self._visibility = self._visibility.on_another_film()
        self._index = ShapeIndex(())
        self._taken_away: tuple[Shape, ...] = ()

    def _opening_state(self, annotation: Annotation) -> State:
        return State(annotation)

    # What it holds ------------------------------------------------------------------------

    @property
    def annotation(self) -> Annotation:
        """The annotation as committed; an empty one while no film is open."""
        return self._history.current.annotation

    @property
    def shown_annotation(self) -> Annotation:
        """The annotation to draw and measure: the tool's live preview while there is one."""
        return self.annotation if self._preview is None else self._preview

    @property
    def is_locked(self) -> bool:
        """Whether the outlines stand as they were approved, and no edit may touch them."""
        known = self._locked
        if known is None or known[0] is not self.annotation:
            self._locked = known = (self.annotation, marking.is_locked(self.annotation))
        return known[1]

    @property
    def is_editable(self) -> bool:
        """Whether the outlines may be changed."""
        return self.can_record and not self.is_locked

    @property
    def blocked_reason(self) -> str | None:
        """Why the film cannot be edited (approved, file damaged …); None where it can."""
        if self._blocked is None and self.is_locked:
            return marking.locked_sentence(self._reader.role)
        return self._blocked

    @property
    def is_modified(self) -> bool:
        """Whether the annotation differs from what is on disk."""
        return self.annotation is not self._saved and self.annotation != self._saved

    @property
    def undo_label(self) -> str | None:
        """Name of the step `undo` would take back: "Move vertex"; None without one."""
        return self._history.undo_label

    @property
    def redo_label(self) -> str | None:
        """Name of the step `redo` would do again; None without one."""
        return self._history.redo_label

    @property
    def selection(self) -> frozenset[int]:
        """Keys of the selected shapes."""
        return self._selection

    @property
    def selected_shapes(self) -> tuple[Shape, ...]:
        """The selected shapes, in drawing order."""
        return tuple(s for s in self.annotation.shapes if s.key in self._selection)

    @property
    def selection_order(self) -> tuple[int, ...]:
        """Keys of the selected shapes, the one selected first at the beginning."""
        return tuple(key for key in self._selection_order if key in self._selection)

    @property
    def selected_vertices(self) -> frozenset[Vertex]:
        """All selected vertices; their shapes are selected too."""
        return self._vertices

    @property
    def hidden(self) -> frozenset[int]:
        """Keys of the shapes not shown; tools do not find them."""
        return self._visibility.hidden_among(self.annotation.shapes)

    @property
    def locked(self) -> frozenset[int]:
        """Keys of the shapes no edit touches; tools do not find them."""
        return self._visibility.locked_among(self.annotation.shapes)

    @property
    def visibility(self) -> Visibility:
        """What is hidden and locked, by shape and by label."""
        return self._visibility

    @property
    def index(self) -> ShapeIndex:
        """Where the visible, unlocked shapes of the committed annotation lie."""
        untouchable = self.hidden | self.locked
        shapes = tuple(s for s in self.annotation.shapes if s.key not in untouchable)
        self._index = self._index.updated(shapes)
        return self._index

    # Films --------------------------------------------------------------------------------

    def open(
        self, radiograph: Radiograph, annotation: Annotation, *, blocked: str | None = None
    ) -> None:
        """Review another film; `blocked` says why it can be looked at only."""
        self._reset(radiograph, annotation, blocked)
        self._tell("film")

    def close(self) -> None:
        """Review no film."""
        self._reset(None, _NO_FILM, None)
        self._tell("film")

    def mark_saved(self, annotation: Annotation) -> None:
        """Take `annotation`, one of this film's states, as what is on disk now."""
        self._saved = annotation
        self._tell("saved")

    # Edits --------------------------------------------------------------------------------

    def commit(self, label: str, annotation: Annotation, *, merge: Hashable = None) -> bool:
        """Make `annotation` the current one, as one undo step named `label`.

        Provenance and status are brought up to date on the way (see `editing`). Ends the live
        preview.

        Parameters
        ----------
        label
            Name of the step: "Move vertex".
        annotation
            Made from the current one; untouched shapes should be the same objects.
        merge
            Commits in a row with the same value here are one step; None never is.

        Returns
        -------
        bool
            False where nothing changed or the film cannot be edited: no step was made.
        """
        if not self.is_editable or annotation == self.annotation:
            self.preview(None)
            return False
        gone = editing.taken_away(self.annotation, annotation)
        annotation = self._as_edited(annotation)
        state = replace(self._history.current, annotation=annotation)
        self._step(lambda: self._history.record(label, state, merge=merge))
        self._taken_away = gone
        return True

    def restore(self, label: str, annotation: Annotation) -> bool:
        """Bring outlines of an earlier version back, as one undo step named `label`.

        Like `commit`, but whoever drew them then did: no outline is signed anew.
        """
        if not self.is_editable or annotation == self.annotation:
            self.preview(None)
            return False
        state = replace(
            self._history.current, annotation=self._as_edited(annotation, is_drawn=False)
        )
        self._step(lambda: self._history.record(label, state))
        return True

    def _as_edited(self, annotation: Annotation, *, is_drawn: bool = True) -> Annotation:
        """Return `annotation` with what an edit by this reader leaves in its record."""
        return editing.edited(self.annotation, annotation, self._reader, is_drawn=is_drawn)

    def adopt(self, label: str, annotation: Annotation) -> bool:
        """Make `annotation`, as it is on disk, the current one, as one undo step named `label`.

        Unlike `commit` it stamps nothing: what others drew and marked stays theirs.
        """
        if not self.can_record or annotation == self.annotation:
            self.preview(None)
            return False
        state = replace(self._history.current, annotation=annotation)
        self._step(lambda: self._history.record(label, state))
        return True

    def rebase(self, change: Callable[[Annotation], Annotation]) -> None:
        """Bring what others did into the annotation, and into all that undo and redo lead to.

        `change` returns an annotation with their part in it; it is called for the current one
        now, for others when undo or redo come to them. Neither takes their part out again.
        """
        if not self.can_record:
            return

        def changed(state: State) -> State:
            return replace(state, annotation=change(state.annotation))

        self._step(lambda: self._history.rebase(changed))

    def preview(self, annotation: Annotation | None, *, instead_of: tuple[Shape, ...] = ()) -> None:
        """Show `annotation` instead of the current one while a tool drags; None ends it.

        It stands `instead_of` these predicted regions as well.
        """
        before = self.shown_annotation
        if annotation is self._preview:
            return
        self._preview, self._previewed_regions = annotation, instead_of
        self._tell("preview", shapes=_differing(before, self.shown_annotation))

    def undo(self) -> str | None:
        """Take the last step back; returns its name, None where there was none.

        Shapes that come back are selected, unless something else is.
        """
        label, before = self.undo_label, self.annotation
        if label is not None:
            self._step(self._history.undo, keep_vertices=False)
            self._select_returned(before)
        return label

    def redo(self) -> str | None:
        """Do the step last taken back again; returns its name, None where there was none."""
        label = self.redo_label
        if label is not None:
            self._step(self._history.redo, keep_vertices=False)
        return label

    def _step(self, change: Callable[[], object], *, keep_vertices: bool = True) -> None:
        shown, rejected = self.shown_annotation, self._history.current.rejected
        selection, vertices = self._selection, self._vertices
        rings = {vertex: self._ring_length(vertex) for vertex in vertices}
        what: set[What] = {"annotation"} if self._preview is None else {"annotation", "preview"}
        change()
        self._preview, self._taken_away = None, ()
        self._previewed_regions = ()
        self._selection &= frozenset(shape.key for shape in self.annotation.shapes)
        # Where a ring has lost or gained vertices, their numbers mean others.
        kept = (vertex for vertex in vertices if self._ring_length(vertex) == rings[vertex])
        self._vertices = frozenset(kept if keep_vertices else ())
        if (selection, vertices) != (self._selection, self._vertices):
            what.add("selection")
        if rejected is not self._history.current.rejected:
            what.add("prediction")
        self._tell(*what, shapes=_differing(shown, self.annotation))

    def _select_returned(self, before: Annotation) -> None:
        """Select what undo brought back: deleted shapes, those united, the whole of one cut."""
        had = {shape.key for shape in before.shapes}
        has = {shape.key for shape in self.annotation.shapes}
        returned, differing = has - had, _differing(before, self.annotation)
        if had - has:
            # Parts of it went: the shape they were cut from is whole again.
            returned |= differing & has
        chosen = (returned - self.hidden - self.locked) | self._selection
        if self._selection <= differing and returned:
            self.select(chosen)

    def _ring_length(self, vertex: Vertex) -> int:
        """Return how many vertices the ring of `vertex` has; 0 where its shape is not selected."""
        key, ring, _ = vertex
        shape = self.annotation.shape(key) if key in self._selection else None
        if shape is None or ring > len(shape.holes):
            return 0
        return len((shape.points, *shape.holes)[ring])

    # Selection and view -------------------------------------------------------------------

    def select(
        self,
        keys: Iterable[int],
        *,
        vertex: tuple[int, int] | None = None,
        vertices: Iterable[Vertex] = (),
    ) -> None:
        """Select the shapes in `keys`, and vertices of theirs.

        Parameters
        ----------
        keys
            Of shapes.
        vertex
            Ring and index of a vertex of the only shape.
        vertices
            Vertices of the shapes.
        """
        chosen = frozenset(keys) & frozenset(shape.key for shape in self.annotation.shapes)
        wanted = frozenset(vertices)
        if vertex is not None and len(chosen) == 1:
            wanted |= {(next(iter(chosen)), *vertex)}
        selection, selected = self._selection, self._vertices
        # Shapes selected at once come in drawing order.
        kept = tuple(key for key in self.selection_order if key in chosen)
        added = (s.key for s in self.annotation.shapes if s.key in chosen - selection)
        self._selection_order = (*kept, *added)
        self._selection = chosen
        self._vertices = frozenset(v for v in wanted if 0 <= v[2] < self._ring_length(v))
        if chosen:
            self._taken_away = ()
        if (chosen, self._vertices) != (selection, selected):
            self._tell("selection", shapes=chosen ^ selection)

    def set_visibility(self, visibility: Visibility) -> None:
        """Hide and lock what `visibility` says."""
        if visibility == self._visibility:
            return
        hidden, locked = self.hidden, self.locked
        self._visibility = visibility
        self._tell("view", shapes=(hidden ^ self.hidden) | (locked ^ self.locked))


def _differing(one: Annotation, other: Annotation) -> frozenset[int]:
    """Return the keys of shapes that are not the same object in both."""
    if one is other:
        return frozenset()
    left = {(shape.key, id(shape)) for shape in one.shapes}
    right = {(shape.key, id(shape)) for shape in other.shapes}
    return frozenset(key for key, _ in left ^ right)
