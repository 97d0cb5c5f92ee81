"""Quiet warnings about the film in view: a count below the measurements, a list on demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.checks import Finding, Level, check_annotation
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.gui.background import Background
from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.gui.measuring.measurement_panel import MeasurementPanel
from opacity_studio.gui.worklist.labels import WorklistLabels
from opacity_studio.review.session import Change, ReviewSession

REST_MS: Final = 400
"""Looked at once edits pause: nobody reads warnings while drawing."""

_AROUND: Final = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """What was looked at."""

    annotation: Annotation
    regions: tuple[Shape, ...]
    labels: tuple[str, ...]
    size: tuple[int, int]

    def checked(self) -> tuple[Finding, ...]:
        return check_annotation(
            self.annotation,
            width=self.size[0],
            height=self.size[1],
            labels=self.labels,
            regions=self.regions,
        )


class Findings(QObject):
    """Looks at the film in view on another thread, and says how much there is to look at.

    Parameters
    ----------
    labels
        Those of the worklist.
    say
        Shows one line where the hints stand.
    """

    def __init__(
        self,
        session: ReviewSession,
        view: FilmView,
        labels: WorklistLabels,
        say: Callable[[str], None],
    ) -> None:
        super().__init__(view)
        self._session = session
        self._view = view
        self._labels = labels
        self._say = say
        self._found: tuple[Finding, ...] = ()
        self._link: QPushButton | None = None
        self._menu: QMenu | None = None
        self._action: QAction | None = None
        self._background = Background(1, self)
        self._ticket = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self._check)
        self._unsubscribe = session.subscribe(self._changed)

    def follow(self, actions: Mapping[str, QAction], panel: MeasurementPanel) -> None:
        """Show the count in `panel`."""
        self._action, self._link = actions["film.check"], panel.link
        self._link.clicked.connect(self.open)
        self._menu = QMenu(panel)
        self._menu.setObjectName("measure.findings")
        self._show()

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what to do, by action id."""
        return {"film.check": self.open}

    def close(self) -> None:
        """Look no more."""
        self._unsubscribe()
        self._timer.stop()
        self._background.close()

    @property
    def found(self) -> tuple[Finding, ...]:
        """What there is to look at, the most serious first."""
        return self._found

    @property
    def is_busy(self) -> bool:
        """True while the film is due to be looked at, or being looked at."""
        return self._timer.isActive() or self._background.is_busy

    def open(self) -> None:
        """List what there is to look at."""
        if self._menu is None or self._link is None:
            return
        if not self._found:
            self._say(tr("Nothing about the outlines of this film to look at."))
            return
        self._menu.clear()
        for finding in self._found:
            action = self._menu.addAction(f"{_SIGNS[finding.level]}  {finding.message}")
            action.triggered.connect(lambda _checked=False, one=finding: self._go_to(one))
        # Towards the film: the panel stands at the edge of the screen.
        corner = self._link.rect().bottomRight() - QPoint(self._menu.sizeHint().width(), -2)
        self._menu.popup(self._link.mapToGlobal(corner))

    def _go_to(self, finding: Finding) -> None:
        """Select the outlines that `finding` is about, and zoom to them."""
        shapes = [self._session.annotation.shape(key) for key in finding.shapes]
        there = [shape for shape in shapes if shape is not None]
        self._say(finding.message)
        if there and not self._view.is_tool_busy:
            self._session.select(shape.key for shape in there)
            self._view.zoom_to_shapes(there, margin=_AROUND)

    # Looking ------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        if "film" in change.what:
            self._background.cancel(self._ticket)
            self._found = ()
            self._show()
        if change.what & {"film", "annotation", "prediction", "threshold"}:
            self._timer.start()

    def give_way(self) -> None:
        """Wait on: somebody is at work."""
        if self._timer.isActive():
            self._timer.start()

    def _check(self) -> None:
        session, film = self._session, self._session.radiograph
        self._background.cancel(self._ticket)
        if film is None:
            return
        state = _State(
            session.annotation,
            session.model_regions,
            self._labels.kept,
            (film.width, film.height),
        )

        def failed(error: Exception) -> None:
            raise error

        self._ticket = self._background.start(state.checked, self._take_in, failed)

    def _take_in(self, found: tuple[Finding, ...]) -> None:
        self._found = found
        self._show()

    def _show(self) -> None:
        if self._link is None or self._action is None:
            return
        serious = [finding for finding in self._found if finding.level is not Level.HINT]
        if serious:
            worst = _SIGNS[serious[0].level]
            text = f"{worst} " + tr_count("{count} to check", "{count} to check", len(serious))
        else:
            text = tr_count("{count} hint", "{count} hints", len(self._found))
        self._link.setText(text if self._found else "")
        self._link.setVisible(bool(self._found))
        listed = "\n".join(finding.message for finding in self._found)
        self._link.setToolTip(listed or tr("What about the outlines of this film to look at"))
        self._link.setAccessibleDescription(self._link.toolTip())
        if self._link.property("warns") != bool(serious):
            self._link.setProperty("warns", bool(serious))
            self._link.style().unpolish(self._link)
            self._link.style().polish(self._link)
        self._action.setEnabled(self._session.radiograph is not None)


_SIGNS: Final[Mapping[Level, str]] = {Level.ERROR: "⨯", Level.WARNING: "△", Level.HINT: "·"}
