"""Simplify and smooth: what a slider says is shown until it is accepted or dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.wording import tr
from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.gui.shaping.aside import Aside
from opacity_studio.gui.shaping.outline_bar import STEPS, OutlineBar
from opacity_studio.review import refining
from opacity_studio.review.editing import named
from opacity_studio.review.refining import Refinement
from opacity_studio.review.session import Change, ReviewSession

_MOST: Final[dict[Refinement, float]] = {"simplify": 1 / 50, "smooth": 1 / 40}
"""At the right end of the slider, as a part of the film's longer side."""

_AT_FIRST: Final[dict[Refinement, int]] = {"simplify": 30, "smooth": 40}
_WHAT: Final[dict[Refinement, str]] = {
    "simplify": tr("How far the outline may move, in pixels"),
    "smooth": tr("Size of the details rounded off, in pixels"),
}

_SELECT: Final[dict[Refinement, str]] = {
    "simplify": tr("Select an outline to simplify."),
    "smooth": tr("Select an outline to smooth."),
}


def _step(refinement: Refinement, shapes: Sequence[Shape]) -> str:
    """Return the name of the step, with what it is done to."""
    if refinement == "simplify":
        return named("Simplify {label}", "Simplify {count} shapes", shapes)
    return named("Smooth {label}", "Smooth {count} shapes", shapes)


class OutlineRefining(QObject):
    """Keeps the bar, the session's live preview and the outlines asked about in step.

    Another edit, another selection or another film drops what is shown.

    Parameters
    ----------
    say
        Shows one line where the hints stand.
    """

    def __init__(
        self, session: ReviewSession, view: FilmView, bar: OutlineBar, *, say: Callable[[str], None]
    ) -> None:
        super().__init__(bar)
        self._session = session
        self._view = view
        self._bar = bar
        self._say = say
        self._refinement: Refinement | None = None
        self._keys: frozenset[int] = frozenset()
        self._name = ""
        self._shown: Annotation | None = None
        self._is_showing = False
        self._accepts = False
        self._aside = Aside(say, self)
        bar.changed.connect(self._show)
        bar.accepted.connect(self.accept)
        bar.dropped.connect(self.drop)
        self._unsubscribe = session.subscribe(self._changed)

    def close(self) -> None:
        """Stop listening."""
        self._unsubscribe()
        self._aside.close()

    @property
    def is_busy(self) -> bool:
        """Whether outlines are being refined beside the window."""
        return self._aside.is_busy

    def begin(self, refinement: Refinement) -> None:
        """Ask how much the selected outlines are to be refined, and show it."""
        session = self._session
        shapes = [
            shape
            for shape in session.selected_shapes
            if shape.is_polygon and shape.key not in session.locked
        ]
        if not shapes:
            self._say(_SELECT[refinement])
            return
        self.drop()
        self._refinement = refinement
        self._keys = frozenset(shape.key for shape in shapes)
        first = _AT_FIRST[refinement]
        self._name = _step(refinement, shapes)
        self._bar.ask(self._name, _WHAT[refinement], first)
        self._show(first)

    def take_key(self, name: str) -> bool:
        """Take "Return" or "Escape" while the bar is open, wherever the focus is."""
        if self._refinement is None or name not in ("Return", "Escape"):
            return False
        self._bar.take_key(escapes=name == "Escape")
        return True

    def _show(self, step: int) -> None:
        film, refinement = self._session.radiograph, self._refinement
        if refinement is None or film is None:
            return
        # Fine at the left end, where most outlines want it.
        amount = (step / STEPS) ** 2 * _MOST[refinement] * max(film.width, film.height)
        before, keys = self._session.annotation, self._keys
        self._shown = None
        self._aside.work(
            self._name,
            refining.vertex_count(before, keys),
            lambda: refining.refined(before, keys, refinement, amount),
            lambda refined: self._show_refined(before, refined, amount),
        )

    def _show_refined(self, before: Annotation, refined: Annotation, amount: float) -> None:
        self._shown = refined
        self._is_showing = True
        self._session.preview(None if refined is before else refined)
        self._is_showing = False
        self._bar.show_counts(
            amount,
            refining.vertex_count(before, self._keys),
            refining.vertex_count(refined, self._keys),
        )
        if self._accepts:
            self.accept()

    def accept(self) -> None:
        """Make what is shown one step of the history; what is not shown yet, once it is."""
        shown = self._shown
        self._accepts = self._refinement is not None and shown is None
        if self._refinement is None or shown is None:
            return
        self._end()
        self._session.commit(self._name, shown)
        self._view.setFocus()

    def drop(self) -> None:
        """Show the outlines as they were."""
        if self._refinement is not None:
            self._end()
            self._session.preview(None)
            self._view.setFocus()

    def _end(self) -> None:
        self._aside.drop()
        self._refinement, self._shown, self._accepts = None, None, False
        self._bar.hide()

    def _changed(self, change: Change) -> None:
        if self._refinement is None or self._is_showing:
            return
        if change.what & {"annotation", "film", "selection"}:
            self.drop()
        elif "preview" in change.what:
            # A tool has begun to drag something: its preview stands in place of this one.
            self._end()
