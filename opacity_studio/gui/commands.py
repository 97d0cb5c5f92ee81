"""What each action does; one method an action, found by the action's id."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from opacity_studio import __version__
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.files.radiograph_reader import FILM_SUFFIXES
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.review.acceptance import Acceptance
from opacity_studio.review.session import ReviewSession

PROGRAM = f"opacity-studio {__version__}"
_ZOOM_STEP = 1.25


class Commands:
    """The verbs of the window that act on session, desk and film view.

    Parameters
    ----------
    say
        Shows one line where the hints stand, until the next hint.
    offer_key
        Offered "Escape" before anything else; tells whether it was used: a bar over
        the film that shows something not yet accepted.
    """

    def __init__(
        self,
        session: ReviewSession,
        desk: ReviewDesk,
        view: FilmView,
        *,
        say: Callable[[str], None],
        offer_key: Callable[[str], bool],
    ) -> None:
        self._session = session
        self._desk = desk
        self._view = view
        self._say = say
        self._offer_key = offer_key
        view.region_clicked.connect(self.accept)

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what to do, by action id; the window adds what concerns itself."""
        view, session = self._view, self._session
        return {
            "file.save": self._desk.autosave.flush,
            "edit.undo": self.undo,
            "edit.redo": self.redo,
            "edit.delete": self.delete,
            "edit.duplicate": self.duplicate,
            "edit.select-all": self.select_all,
            "edit.escape": self.escape,
            "film.next": lambda: self._step(1),
            "film.previous": lambda: self._step(-1),
            "prediction.accept": self.accept_hovered,
            "prediction.reject": self.reject_hovered,
            "prediction.accept-all": self.accept_all,
            "prediction.grow": lambda: session.step_threshold(-1),
            "prediction.shrink": lambda: session.step_threshold(1),
            "prediction.accept-lungs": lambda: self._report(session.accept_lungs()),
            "prediction.replace": lambda: self._report(session.replace_with_prediction()),
            "view.fit": view.fit,
            "view.pixels": view.zoom_to_pixels,
            "view.zoom-in": lambda: view.zoom_by(_ZOOM_STEP),
            "view.zoom-out": lambda: view.zoom_by(1 / _ZOOM_STEP),
        }

    # Edits --------------------------------------------------------------------------------

    def undo(self) -> None:
        """Take the last step back, or drop what is shown but not accepted."""
        if self._offer_key("Escape"):
            return
        label = self._session.undo()
        if label:
            self._say(tr("Undone: {step}", step=label))

    def redo(self) -> None:
        """Do the step last taken back again."""
        label = self._session.redo()
        if label:
            self._say(tr("Done again: {step}", step=label))

    def delete(self) -> None:
        """Delete what the tool points at, else the selected shapes."""
        if not self._view.send_key("Delete"):
            self._session.delete()

    def duplicate(self) -> None:
        """Copy the selected shapes a little to the side, whatever the zoom."""
        radiograph = self._session.radiograph
        if radiograph is not None:
            step = max(radiograph.width, radiograph.height) / 80
            self._session.duplicate(step, step)

    def select_all(self) -> None:
        """Select every shape the tools can reach."""
        session = self._session
        beyond = session.locked | session.hidden
        session.select(s.key for s in session.annotation.shapes if s.key not in beyond)

    def escape(self) -> None:
        """Drop the draft; without one, drop the selection, then return to the select tool."""
        if self._offer_key("Escape"):
            return
        if self._view.send_key("Escape"):
            return
        if self._view.tool != "select":
            self._view.set_tool("select")
        else:
            self._session.select(())

    # Prediction ---------------------------------------------------------------------------

    def accept(self, region: Shape) -> None:
        """Turn one predicted region into a polygon."""
        self._report(self._session.accept((region,)))

    def accept_hovered(self) -> None:
        """Accept the region under the cursor."""
        region = self._view.hovered_region
        if region is None:
            self._say(
                tr("Point at a predicted region to accept it; {prediction.accept-all} accepts all.")
            )
        else:
            self.accept(region)

    def reject_hovered(self) -> None:
        """Reject the region under the cursor."""
        region = self._view.hovered_region
        if region is None:
            self._say(tr("Point at a predicted region to reject it."))
        elif self._session.reject(region):
            self._say(tr("Region rejected on this film."))

    def accept_all(self) -> None:
        """Accept every predicted region, and the lungs where none are drawn."""
        self._report(self._session.accept_all())

    def _report(self, done: Acceptance) -> None:
        parts = []
        if done.replaced:
            parts.append(
                tr_count("{count} outline replaced", "{count} outlines replaced", done.replaced)
            )
        if done.added:
            parts.append(
                tr_count("{count} region accepted", "{count} regions accepted", done.added)
            )
        if done.lungs:
            parts.append(tr_count("{count} lung accepted", "{count} lungs accepted", done.lungs))
        if done.skipped:
            parts.append(
                tr_count(
                    "{count} region left out: outlined already",
                    "{count} regions left out: outlined already",
                    done.skipped,
                )
            )
        self._say(" · ".join(parts) if parts else tr("Nothing to accept on this film."))

    # Films --------------------------------------------------------------------------------

    def _step(self, by: int) -> None:
        if self._desk.current is not None and not self._desk.step(by):
            self._say(tr("This is the last film.") if by > 0 else tr("This is the first film."))


def ask_film(parent: QWidget, folder: Path | None) -> Path | None:
    """Let the person choose a film or a LabelMe file; None where they do not."""
    kinds = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in sorted(FILM_SUFFIXES))
    chosen, _ = QFileDialog.getOpenFileName(
        parent,
        tr("Open film"),
        str(folder or Path.home()),
        tr("Films and LabelMe files") + f" ({kinds} *.json);;" + tr("All files") + " (*)",
    )
    return Path(chosen) if chosen else None


def ask_folder(parent: QWidget, folder: Path | None) -> Path | None:
    """Let the person choose a folder of films; None where they do not."""
    chosen = QFileDialog.getExistingDirectory(parent, tr("Open folder"), str(folder or Path.home()))
    return Path(chosen) if chosen else None
