"""The window as it was left: its place, the sizes of its parts, the tab in front."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSplitter, QTabWidget, QWidget

from opacity_studio.files.settings import Settings
from opacity_studio.gui.settings.preferences import Preferences

REMEMBER_MS: Final = 700
"""What was moved is remembered once it has been left alone this long."""

_FILM_SHARE: Final = 0.4
"""Share of the window's width that the film keeps at least."""


class Layouts(QObject):
    """Gives the parts of the window their sizes, and remembers those a person chose.

    Parameters
    ----------
    columns
        Everything, and the side panel on the right.
    reading
        The worklist, and the film.
    rows
        The two above, and the training drawer once there is one.
    tabs
        Those of the side panel.
    """

    def __init__(
        self,
        window: QWidget,
        preferences: Preferences,
        *,
        columns: QSplitter,
        reading: QSplitter,
        rows: QSplitter,
        tabs: QTabWidget,
    ) -> None:
        super().__init__(window)
        self._window, self._preferences = window, preferences
        self._columns, self._reading, self._rows = columns, reading, rows
        self._tabs = tabs
        self._is_placed = False
        self._moved: dict[str, tuple[int, ...]] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REMEMBER_MS)
        self._timer.timeout.connect(self.remember)
        columns.splitterMoved.connect(lambda *_: self._note("side", columns.sizes()[1]))
        reading.splitterMoved.connect(lambda *_: self._note("worklist", reading.sizes()[0]))
        rows.splitterMoved.connect(lambda *_: self._note("drawer", rows.sizes()[1]))
        tabs.currentChanged.connect(lambda place: self._note("side-tab", place))
        window.installEventFilter(self)

    def place(self) -> None:
        """Give the sides their share, the first time the window is shown."""
        if self._is_placed:
            return
        self._is_placed = True
        width = self._window.width()
        usual = (304, 304) if width >= 1600 else (262, 288)
        left, right = self._kept("worklist", usual[0]), self._kept("side", usual[1])
        room = round(width * (1 - _FILM_SHARE))
        if left + right > room:
            left, right = usual
        self._columns.setSizes([width - right, right])
        self._reading.setSizes([left, width - left - right])
        self._tabs.setCurrentIndex(min(self._kept("side-tab", 0), self._tabs.count() - 1))

    def place_drawer(self, *, shown: bool) -> None:
        """Give the drawer the height a person chose, else its usual one.

        The splitter's own is 0 while the drawer is hidden.
        """
        sizes, drawer = self._rows.sizes(), self._rows.widget(1)
        if shown and drawer is not None:
            usual = drawer.sizeHint().height()
            height = min(self._kept("drawer", usual), round(sum(sizes) * 0.7))
            self._rows.setSizes([sum(sizes) - height, height])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice where the window is moved to."""
        moved = event.type() in (
            QEvent.Type.Move,
            QEvent.Type.Resize,
            QEvent.Type.WindowStateChange,
        )
        if watched is self._window and moved and self._is_placed:
            window = self._window
            if not (window.isFullScreen() or window.isMinimized()):
                at = window.normalGeometry() if window.isMaximized() else window.geometry()
                place = (at.x(), at.y(), at.width(), at.height())
                self._note("window", *place, int(window.isMaximized()))
        return super().eventFilter(watched, event)

    def remember(self) -> None:
        """Write down what was moved."""
        self._timer.stop()
        if self._moved:
            layout = {**self._preferences.settings.layout, **self._moved}
            self._moved = {}
            self._preferences.change(layout=layout)

    def _note(self, name: str, *sizes: int) -> None:
        self._moved[name] = sizes
        self._timer.start()

    def _kept(self, name: str, usual: int) -> int:
        kept = self._preferences.settings.layout.get(name, ())
        return kept[0] if len(kept) == 1 and kept[0] > 0 else usual


def kept_place(settings: Settings) -> tuple[QRect, bool] | None:
    """Return where the window was and whether maximised; None where no screen shows that place."""
    kept = settings.layout.get("window", ())
    if len(kept) != 5:
        return None
    place = QRect(*kept[:4])
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    seen = any(
        (screen & place).width() * (screen & place).height() >= 0.6 * place.width() * place.height()
        for screen in screens
    )
    return (place, bool(kept[4])) if seen and not place.isEmpty() else None
