"""What the Shape menu does to whole shapes beyond deleting and naming them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.measurement import lungs_for_measurement
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.files.earlier_film import EarlierFilm, find_earlier
from opacity_studio.files.shape_text import shapes_from_text, shapes_to_text
from opacity_studio.gui.background import Background
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.gui.shaping.aside import Aside
from opacity_studio.gui.shaping.outline_bar import OutlineBar
from opacity_studio.gui.shaping.outline_refining import OutlineRefining
from opacity_studio.review.combining import Operation
from opacity_studio.review.editing import Place
from opacity_studio.review.session import Change, ReviewSession
from opacity_studio.review.shape_session import PlannedEdit

SNAP_REACH: Final = 14.0
"""How near a lung's outline a vertex must lie to be drawn onto it, in screen pixels."""

_TOO_FEW_TO: Final[dict[Operation, str]] = {
    "unite": tr("Select two outlines or more to unite (Shift+click adds one)."),
    "subtract": tr("Select two outlines or more to subtract (Shift+click adds one)."),
    "intersect": tr("Select two outlines or more to intersect (Shift+click adds one)."),
}
_NOTHING_TO: Final[dict[Operation, str]] = {
    "unite": tr("These outlines are one group already."),
    "subtract": tr("The others do not overlap the outline selected first, or would leave nothing."),
    "intersect": tr(
        "The others do not overlap the outline selected first, or cover it as a whole."
    ),
}


class ShapeCommands(QObject):
    """Copies, pastes and combines shapes.

    What is copied goes to the system's clipboard as the text of a LabelMe file, so that it can be
    pasted into another window, or kept by whatever takes text. Where the clipboard holds no
    shapes, what was copied last in this window is pasted.

    Parameters
    ----------
    bar
        Asks how much outlines are to be simplified or smoothed.
    say
        Shows one line where the hints stand, until the next hint.
    """

    def __init__(
        self,
        session: ReviewSession,
        desk: ReviewDesk,
        view: FilmView,
        bar: OutlineBar,
        *,
        say: Callable[[str], None],
    ) -> None:
        super().__init__(view)
        self._session = session
        self._desk = desk
        self._view = view
        self._say = say
        self._beside = Aside(say, self)
        self.refining = OutlineRefining(session, view, bar, say=say)
        self._copied: tuple[Shape, ...] = ()
        self._background = Background(1, self)
        self._looking = 0
        self._unsubscribe = session.subscribe(self._changed)

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what to do, by action id."""
        return {
            "shape.copy": self.copy,
            "shape.cut": self.cut,
            "shape.paste": self.paste,
            "shape.paste-earlier": self.paste_from_earlier_film,
            "shape.unite": lambda: self._combine("unite"),
            "shape.subtract": lambda: self._combine("subtract"),
            "shape.intersect": lambda: self._combine("intersect"),
            "shape.clip": self.clip_to_lungs,
            "shape.snap": self.snap_to_lungs,
            "shape.front": lambda: self._arrange("front"),
            "shape.forward": lambda: self._arrange("forward"),
            "shape.backward": lambda: self._arrange("backward"),
            "shape.back": lambda: self._arrange("back"),
            "shape.hide": self._session.toggle_hidden,
            "shape.show-all": self._session.show_all,
            "shape.lock": self._session.toggle_locked,
            "shape.unlock-all": self._session.unlock_all,
            "shape.simplify": lambda: self.refining.begin("simplify"),
            "shape.smooth": lambda: self.refining.begin("smooth"),
        }

    def close(self) -> None:
        """Stop listening and reading."""
        self._unsubscribe()
        self.refining.close()
        self._beside.close()
        self._background.close()

    @property
    def is_busy(self) -> bool:
        """True while an earlier film is being looked for, or outlines are worked on."""
        return self._background.is_busy or self._beside.is_busy or self.refining.is_busy

    def take_key(self, name: str) -> bool:
        """Take "Return" or "Escape" for what is asked or under way."""
        return self.refining.take_key(name) or self._beside.take_key(name)

    def _changed(self, change: Change) -> None:
        if "film" in change.what:
            self._background.cancel(self._looking)
            self._beside.drop()

    # Clipboard ----------------------------------------------------------------------------

    def copy(self) -> None:
        """Put the selected shapes on the clipboard."""
        shapes = self._session.selected_shapes
        if shapes:
            self._copied = shapes
            QGuiApplication.clipboard().setText(shapes_to_text(self._session.annotation, shapes))
            self._say(tr_count("{count} shape copied.", "{count} shapes copied.", len(shapes)))

    def cut(self) -> None:
        """Put the selected shapes on the clipboard and delete them; locked ones stay."""
        self.copy()
        self._session.delete()

    def paste(self) -> None:
        """Put copies of what is on the clipboard on the film."""
        shapes = shapes_from_text(QGuiApplication.clipboard().text()) or self._copied
        if not shapes:
            self._say(tr("Nothing to paste: copy shapes first."))
            return
        if self._session.paste(shapes, self._aside()):
            self._say(tr_count("{count} shape pasted.", "{count} shapes pasted.", len(shapes)))

    def _aside(self) -> tuple[float, float]:
        """Return how far beside its original a copy lies: seen at any zoom, the same each time."""
        radiograph = self._session.radiograph
        size = 0 if radiograph is None else max(radiograph.width, radiograph.height)
        return size / 80, size / 80

    # Earlier films ------------------------------------------------------------------------

    def paste_from_earlier_film(self) -> None:
        """Put the findings of the patient's last film before this one where they belong here."""
        worklist, film = self._desk.worklist, self._desk.current
        if worklist is None or film is None or not self._session.is_editable:
            return
        self._background.cancel(self._looking)
        self._looking = self._background.start(
            lambda: find_earlier(worklist.films, film),
            self._paste_earlier,
            lambda _: self._say(tr("The patient's earlier films could not be read.")),
        )

    def _paste_earlier(self, found: EarlierFilm | None) -> None:
        session, radiograph = self._session, self._session.radiograph
        if radiograph is None:
            return
        if found is None:
            self._say(tr("No earlier film of this patient with outlines is in the worklist."))
            return
        theirs = found.annotation
        size = (theirs.image_width or radiograph.width, theirs.image_height or radiograph.height)
        number = session.paste_findings(theirs.shapes, size, self._lungs())
        name = " · ".join(part for part in (found.film.name, found.film.day_text) if part)
        self._say(
            tr_count(
                "{count} shape pasted from {film}.",
                "{count} shapes pasted from {film}.",
                number,
                film=name,
            )
            if number
            else tr("All of {film} is here already.", film=name)
        )

    # Shapes made of shapes ----------------------------------------------------------------

    def _combine(self, operation: Operation) -> None:
        if sum(shape.is_polygon for shape in self._session.selected_shapes) < 2:
            self._say(_TOO_FEW_TO[operation])
        else:
            self._carry_out(self._session.combination(operation), _NOTHING_TO[operation])

    def _carry_out(self, edit: PlannedEdit | None, nothing: str) -> None:
        """Carry `edit` out, beside the window where it is much; say `nothing` where it is none."""
        session = self._session
        if edit is None:
            self._say(nothing)
            return

        def set_it(outcome: Annotation) -> None:
            if session.annotation is not edit.base:
                self._say(tr("The outlines have changed meanwhile: do it again."))
            elif not session.carry_out(edit, outcome):
                self._say(nothing)

        vertices = sum(len(shape.points) for shape in session.selected_shapes)
        self._beside.work(edit.label, vertices, edit.outcome, set_it)

    def _arrange(self, to: Place) -> None:
        if not self._session.arrange(to):
            top = to in ("front", "forward")
            self._say(
                tr("Nothing lies over these shapes.") if top else tr("Nothing lies under them.")
            )

    def clip_to_lungs(self) -> None:
        """Cut the selected opacities, or all, down to the lungs."""
        lungs = self._lungs()
        if not lungs:
            self._say(tr("No lungs are outlined or predicted on this film."))
            return
        cut, gone = self._session.clip_to_lungs(lungs)
        parts = []
        if cut:
            parts.append(
                tr_count(
                    "{count} shape clipped to the lungs",
                    "{count} shapes clipped to the lungs",
                    cut,
                )
            )
        if gone:
            parts.append(
                tr_count(
                    "{count} shape outside the lungs deleted",
                    "{count} shapes outside the lungs deleted",
                    gone,
                )
            )
        self._say(
            " · ".join(parts) if parts else tr("Every opacity lies inside the lungs already.")
        )

    def snap_to_lungs(self) -> None:
        """Draw the selected outlines onto the lungs' where they run close by on the screen."""
        lungs = self._lungs()
        if not lungs:
            self._say(tr("No lungs are outlined or predicted on this film."))
            return
        scale = self._view.zoom / self._view.devicePixelRatioF()
        self._carry_out(
            self._session.snapping(lungs, SNAP_REACH / scale),
            tr("No part of the outline runs close to a lung's: zoom out to reach further."),
        )

    def _lungs(self) -> tuple[Shape, ...]:
        session = self._session
        lungs, _ = lungs_for_measurement(session.annotation, session.prediction)
        return lungs
