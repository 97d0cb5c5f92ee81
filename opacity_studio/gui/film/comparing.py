"""Prediction and annotation held against each other: side by side, by patterns, by blinking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction

from opacity_studio.domain.wording import tr
from opacity_studio.gui.canvas.overlay import Overlay
from opacity_studio.gui.film.bare_film import BareFilm
from opacity_studio.gui.film.compare_legend import CompareLegend
from opacity_studio.gui.film.film_view import FilmView

BLINK_MS: Final = 600
"""Each side stays this long: slow enough to be looked at, and far from a flicker."""


class Mode(Enum):
    """The ways to compare, in the order one key goes through them."""

    OVERLAY = "overlay"
    SIDE_BY_SIDE = "side by side"
    DIFFERENCE = "difference"


_SAID: Final = {
    Mode.OVERLAY: tr("Overlay"),
    Mode.SIDE_BY_SIDE: tr("Side by side: the film alone on the left"),
    Mode.DIFFERENCE: tr("Difference: what the reader added to the prediction, and removed"),
}


class Comparing(QObject):
    """Switches the film area between the ways to compare.

    Parameters
    ----------
    say
        Shows one line where the hints stand.
    """

    def __init__(
        self, view: FilmView, bare: BareFilm, legend: CompareLegend, say: Callable[[str], None]
    ) -> None:
        super().__init__(view)
        self._view, self._bare, self._legend, self._say = view, bare, legend, say
        self._mode = Mode.OVERLAY
        self._actions: Mapping[str, QAction] = {}
        self._blink = QTimer(self)
        self._blink.setInterval(BLINK_MS)
        self._blink.timeout.connect(self._turn)

    @property
    def mode(self) -> Mode:
        """How prediction and annotation are compared now."""
        return self._mode

    @property
    def is_blinking(self) -> bool:
        """Whether one side after the other stands alone on the film."""
        return self._blink.isActive()

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what the compare actions do."""
        return {
            "view.compare": self.go_on,
            "view.side-by-side": lambda: self._toggle(Mode.SIDE_BY_SIDE),
            "view.difference": lambda: self._toggle(Mode.DIFFERENCE),
            "view.blink": self._toggle_blink,
        }

    def follow(self, actions: Mapping[str, QAction]) -> None:
        """Take the actions, to keep their checks right."""
        self._actions = actions
        self._check()

    def go_on(self) -> None:
        """Take the next way to compare."""
        modes = list(Mode)
        self.set_mode(modes[(modes.index(self._mode) + 1) % len(modes)])

    def set_mode(self, mode: Mode) -> None:
        """Compare this way."""
        self.stop_blinking()
        self._mode = mode
        self._bare.setVisible(mode is Mode.SIDE_BY_SIDE)
        self._show(self._resting)
        self._check()
        self._say(_SAID[mode])

    def stop_blinking(self) -> None:
        """Show everything again: Escape was pressed, or another film comes."""
        if self.is_blinking:
            self._blink.stop()
            self._show(self._resting)
        self._check()

    def take_key(self, name: str) -> bool:
        """End the blinking by Escape; return whether there was any."""
        if name != "Escape" or not self.is_blinking:
            return False
        self.stop_blinking()
        return True

    @property
    def _resting(self) -> Overlay:
        return Overlay.DIFFERENCE if self._mode is Mode.DIFFERENCE else Overlay.ALL

    def _toggle(self, mode: Mode) -> None:
        self.set_mode(Mode.OVERLAY if self._mode is mode else mode)

    def _toggle_blink(self) -> None:
        if self.is_blinking:
            self.stop_blinking()
        else:
            self._blink.start()
            self._show(Overlay.PREDICTION)
            self._check()

    def _turn(self) -> None:
        before = self._view.overlay
        first = before is Overlay.PREDICTION
        self._show(Overlay.ANNOTATION if first else Overlay.PREDICTION)

    def _show(self, overlay: Overlay) -> None:
        self._view.set_overlay(overlay)
        self._legend.show_for(overlay)

    def _check(self) -> None:
        for name, on in (
            ("view.compare", self._mode is not Mode.OVERLAY),
            ("view.side-by-side", self._mode is Mode.SIDE_BY_SIDE),
            ("view.difference", self._mode is Mode.DIFFERENCE),
            ("view.blink", self.is_blinking),
        ):
            if name in self._actions:
                self._actions[name].setChecked(on)
