"""The strip below the film: the patient's films in the order of their days, and the trend."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QWidget

from opacity_studio.domain.patient_films import PatientFilm
from opacity_studio.domain.wording import tr
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.patient.film_card import PICTURE, FilmCard
from opacity_studio.gui.patient.trend import TrendPlot
from opacity_studio.gui.worklist.thumbnails import ThumbnailReader, Thumbnails

_HEIGHT: Final = 100
_MOST_TREND: Final = 520
"""Wider than this, a course of a few days looks like no change at all."""

_LEAST_TREND: Final = 190
"""Width the trend keeps where there are more cards than room; they can be scrolled."""


class PatientTimeline(QWidget):
    """Cards that can be clicked on the left, the percentages over time on the right.

    Where a patient has one film, a sentence stands in their place.
    """

    chosen = Signal(int)
    """Row of the film the person wants."""

    def __init__(self, theme: Theme, read_thumbnail: ThumbnailReader, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("patient-timeline")
        self.setAccessibleName(tr("Films of the patient"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(_HEIGHT)
        self._theme = theme
        self._cards: dict[int, FilmCard] = {}
        self._paths: dict[Path, int] = {}
        self._pictures = Thumbnails(round(PICTURE * self.devicePixelRatioF()), read_thumbnail, self)
        self._pictures.ready.connect(self._picture_arrived)
        self._row = QWidget(self)
        self._row.setObjectName("patient.cards")
        self._places = QHBoxLayout(self._row)
        self._places.setContentsMargins(10, 0, 10, 0)
        self._places.setSpacing(8)
        self._places.addStretch(1)
        self._scroll = QScrollArea(self)
        self._scroll.setObjectName("patient.scroll")
        self._scroll.setAccessibleName(tr("Films of the patient"))
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._row)
        self.trend = TrendPlot(theme, self)
        self.trend.setMaximumWidth(_MOST_TREND)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 1, 0, 0)
        layout.setSpacing(0)
        self.alone = QLabel("", self)
        self.alone.setObjectName("patient.alone")
        self.alone.setProperty("dim", True)
        self.alone.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.alone.hide()
        layout.addWidget(self._scroll)
        layout.addWidget(self.trend, 1)
        layout.addWidget(self.alone, 1)
        layout.addStretch(0)

    @property
    def cards(self) -> Sequence[FilmCard]:
        """The cards, in the order of their days."""
        return tuple(self._cards.values())

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._theme = theme
        self.trend.set_theme(theme)
        for card in self._cards.values():
            card.set_theme(theme)

    def show_alone(self, why: str) -> None:
        """Say `why` there is no other film to show."""
        self.alone.setText(why)
        self._show_cards(shown=False)

    def _show_cards(self, *, shown: bool) -> None:
        self._scroll.setVisible(shown)
        self.trend.setVisible(shown)
        self.alone.setVisible(not shown)

    def show_films(self, films: Sequence[tuple[PatientFilm, Path]], row: int) -> None:
        """Show the patient's films; the one in `row` is in view."""
        self._show_cards(shown=True)
        rows = {film.row: path for film, path in films}
        if self._paths != {path: film.row for film, path in films}:
            self._fill(films)
        for film, path in films:
            card = self._cards[film.row]
            if card.film != film:
                card.show_film(film)
            card.set_in_view(film.row == row)
            card.show_picture(self._pictures.picture(path))
        self.trend.show_films([film for film, _ in films], row)
        if row in rows:
            # The row has no width before its cards are laid out.
            QTimer.singleShot(0, self, partial(self._bring_into_sight, row))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the cards the room they need, and the trend the rest."""
        super().resizeEvent(event)
        self._share_room()

    def close_threads(self) -> None:
        """Stop loading pictures."""
        self._pictures.close()

    def _fill(self, films: Sequence[tuple[PatientFilm, Path]]) -> None:
        for card in self._cards.values():
            self._places.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = {}
        self._paths = {path: film.row for film, path in films}
        for place, (film, _path) in enumerate(films):
            card = FilmCard(film, self._theme, self._row)
            card.clicked.connect(partial(self.chosen.emit, film.row))
            self._places.insertWidget(place, card)
            # Qt would show it later, and until then it needs no room.
            card.show()
            self._cards[film.row] = card
        self._share_room()

    def _share_room(self) -> None:
        needed = self._row.minimumSizeHint().width()
        self._scroll.setFixedWidth(max(1, min(needed, self.width() - _LEAST_TREND)))

    def _picture_arrived(self, path: Path) -> None:
        row = self._paths.get(path)
        if row is not None:
            self._cards[row].show_picture(self._pictures.picture(path))

    def _bring_into_sight(self, row: int) -> None:
        card = self._cards.get(row)
        if card is not None:
            self._scroll.ensureWidgetVisible(card, 10, 0)
