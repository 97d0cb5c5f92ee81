"""Candidate against the network in use: verdict, figures, every film, and what to do about it."""

from __future__ import annotations

from html import escape
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from opacity_studio.domain.wording import tr
from opacity_studio.gui.background import Background
from opacity_studio.gui.look.label_colours import CANDIDATE_COLOUR, PREDICTION_COLOUR
from opacity_studio.gui.look.panel_parts import heading
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.training.figure_table import FigureTable, caption
from opacity_studio.gui.training.kept_focus import kept_focus
from opacity_studio.gui.training.models_in_use import NetworksInUse
from opacity_studio.gui.training.plots import FilmScatter, plotting
from opacity_studio.gui.training.run_follower import FollowedRun
from opacity_studio.gui.training.words import left_out, unjudged, verdict_sentence
from opacity_studio.gui.training.worst_films import WorstFilms

_ROOM_FOR_BUTTONS: Final = 232


class ComparisonPage(QWidget):
    """Everything one needs to decide whether the new network is put to use."""

    film_chosen = Signal(str)
    """Name of a film, relative to the folder of the run, to be opened with both predictions."""

    promote_wanted = Signal()
    rollback_wanted = Signal()

    def __init__(self, background: Background, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("training.comparison")
        self.setAccessibleName(tr("Comparison of the new network with the one in use"))
        self._background = background
        self._theme = theme
        self._followed: FollowedRun | None = None
        self._now = NetworksInUse()
        self._asks = False
        self._verdict = caption("comparison.verdict", tr("Verdict"), self, wrap=True)
        self._verdict.setTextFormat(Qt.TextFormat.RichText)
        font = self._verdict.font()
        font.setPixelSize(14)
        self._verdict.setFont(font)
        self._verdict.setToolTip(tr("Intervals by paired bootstrap: test patients are drawn anew"))
        self._note = caption("comparison.note", tr("Remarks"), self, wrap=True, dim=True)
        self._legend = caption("comparison.legend", tr("Colours on the film"), self)
        self._legend.setTextFormat(Qt.TextFormat.RichText)
        self._figures = FigureTable(self)
        self._use = self._button("comparison.use", tr("Use this model"), primary=True)
        self._sure = self._button("comparison.use-all-the-same", tr("Use it anyway"))
        self._keep = self._button("comparison.keep", tr("Keep the other"))
        self._back = self._button("comparison.rollback", tr("Roll back"))
        self._scatter_room = QVBoxLayout()
        self._scatter: FilmScatter | None = None
        self._has_asked_for_scatter = False
        self._films = WorstFilms(self)
        self._films.chosen.connect(self.film_chosen)
        self._how = caption("comparison.how", tr("How both were judged"), self, wrap=True, dim=True)
        self._lay_out()
        self._use.clicked.connect(self._use_clicked)
        self._sure.clicked.connect(self._sure_clicked)
        self._keep.clicked.connect(self._ask_no_more)
        self._back.clicked.connect(self.rollback_wanted)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(self._verdict)
        words.addWidget(self._note)
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addLayout(words, 1)
        buttons = QWidget(self)
        buttons.setMinimumWidth(_ROOM_FOR_BUTTONS)  # the verdict keeps its lines when these change
        line = QHBoxLayout(buttons)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addStretch(1)
        for button in (self._use, self._sure, self._keep, self._back):
            line.addWidget(button)
        top.addWidget(buttons, 0, Qt.AlignmentFlag.AlignTop)
        figures = QVBoxLayout()
        figures.setSpacing(6)
        figures.addWidget(self._figures)
        figures.addWidget(self._how)
        figures.addStretch(1)
        self._how.setFixedWidth(self._figures.width())
        head = QHBoxLayout()
        head.addWidget(heading(tr("Films, worst change first"), self))
        head.addStretch(1)
        head.addWidget(self._legend)
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addLayout(head)
        right.addWidget(self._films, 1)
        self._below = QWidget(self)
        below = QHBoxLayout(self._below)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(18)
        below.addLayout(figures)
        below.addLayout(self._scatter_room)
        below.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 4, 16, 8)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self._below, 1)
        layout.addStretch(0)

    def _button(self, name: str, text: str, *, primary: bool = False) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(text)
        button.setProperty("primary", primary)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def show_run(self, followed: FollowedRun) -> None:
        """Show what came of the run."""
        if self._followed is None or followed.run != self._followed.run:
            self._asks = False
        before, self._followed = self._followed, followed
        comparison = followed.comparison
        same = before is not None and before.comparison is comparison
        if comparison is not None and not same:
            self._figures.show_figures(comparison)
            self._films.show_films(comparison.films)
            if self._scatter is not None:
                self._scatter.show_films(comparison.films)
            elif not self._has_asked_for_scatter:
                self._has_asked_for_scatter = True
                plotting(self._background, self._make_scatter)
        self._below.setVisible(comparison is not None and bool(comparison.films))
        self._show_words()

    def show_networks(self, now: NetworksInUse) -> None:
        """Take which networks are in use."""
        self._now = now
        self._asks = False
        self._show_words()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._theme = theme
        if self._scatter is not None:
            self._scatter.set_theme(theme)
        self._show_words()

    def _make_scatter(self) -> None:
        self._scatter = FilmScatter(self._theme, self)
        self._scatter.chosen.connect(self._point_chosen)
        self._scatter_room.addWidget(self._scatter)
        if self._followed is not None and self._followed.comparison is not None:
            self._scatter.show_films(self._followed.comparison.films)

    def _point_chosen(self, image: str) -> None:
        self._films.show_chosen(image)
        self.film_chosen.emit(image)

    def _show_words(self) -> None:
        followed = self._followed
        if followed is None:
            return
        comparison, candidate = followed.comparison, followed.candidate
        in_use = self._now.uses(candidate)
        text, note = escape(unjudged(followed)), followed.trouble
        if comparison is not None:
            verdict, figures = verdict_sentence(comparison, followed.progress.task)
            colour = {"better": self._theme.good, "worse": self._theme.bad}.get(
                comparison.verdict, self._theme.text
            )
            text = f'<b style="color:{colour}">{verdict}</b>: {escape(figures)}'
            note = left_out(comparison)
        if self._asks:
            note = (
                tr("{network} is worse by these figures. Use it anyway?", network=candidate)
                if comparison is not None and comparison.verdict == "worse"
                else tr("{network} is not shown to be better. Use it anyway?", network=candidate)
            )
        elif self._is_same_network:
            note = tr(
                "It is {network} as it was, so there is nothing to put to use.",
                network=followed.progress.parent,
            )
        elif in_use:
            now = tr("{network} is in use now.", network=candidate)
            note = f"{now} {note}".strip()
        self._verdict.setText(text)
        self._note.setText(note or " ")  # its line stays: what is below must not jump
        task = followed.progress.task
        self._how.setText(
            tr("Lungs are looked for on each film, as on a new one.")
            if task == "lungs"
            else tr(
                "Opacity is looked for in the lungs that the network finds, as on a new film, even "
                "where you drew them."
            )
        )
        old, new = (tr("before"), tr("in use")) if in_use else (tr("in use"), tr("new"))
        self._figures.name_networks(old, new)
        self._films.name_networks(old, new)
        if self._scatter is not None:
            self._scatter.name_networks(old, new)
        other = tr("the one before") if in_use else tr("the new one")
        in_use_text = tr("in use")
        self._legend.setText(
            f'<span style="color:{PREDICTION_COLOUR}">▬</span> {in_use_text}&nbsp;&nbsp;'
            f'<span style="color:{CANDIDATE_COLOUR}">▬</span> {other}'
        )
        can_use = candidate is not None and not in_use and not self._is_same_network
        back = self._now.way_back
        with kept_focus((self._keep, self._use, self._sure, self._back)):
            self._use.setVisible(can_use and not self._asks)
            self._sure.setVisible(can_use and self._asks)
            self._keep.setVisible(can_use and self._asks)
            self._back.setVisible(bool(back) and not self._asks)
        self._emphasize_use(comparison is not None and comparison.verdict == "better")
        self._use.setToolTip(
            tr(
                "Predict with {network} from now on; your outlines stay as they are",
                network=candidate,
            )
        )
        self._back.setText(tr("Roll back to {network}", network=back))
        self._back.setToolTip(tr("Predict with {network} again", network=back))

    def _emphasize_use(self, is_better: bool) -> None:
        """Let the button stand out only where the figures speak for it."""
        if self._use.property("primary") != is_better:
            self._use.setProperty("primary", is_better)
            self._use.style().unpolish(self._use)
            self._use.style().polish(self._use)

    @property
    def _is_same_network(self) -> bool:
        """True where no epoch was better than the network in use that the run began with."""
        progress = None if self._followed is None else self._followed.progress
        return progress is not None and progress.best_epoch == 0 and self._now.uses(progress.parent)

    def _use_clicked(self) -> None:
        comparison = None if self._followed is None else self._followed.comparison
        if comparison is not None and comparison.verdict in ("better", "no clear difference"):
            self.promote_wanted.emit()
            return
        self._asks = True
        self._show_words()

    def _sure_clicked(self) -> None:
        self._asks = False
        self.promote_wanted.emit()

    def _ask_no_more(self) -> None:
        self._asks = False
        self._show_words()
