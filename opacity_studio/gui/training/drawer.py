"""The drawer under the film: set a training up, watch it, judge what came of it, read its log."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from opacity_studio.domain.model_version import Task
from opacity_studio.domain.wording import tr
from opacity_studio.gui.background import Background
from opacity_studio.gui.frame.top_bar import ElidedLabel
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.training.comparison_page import ComparisonPage
from opacity_studio.gui.training.kept_focus import kept_focus
from opacity_studio.gui.training.log_page import LogPage
from opacity_studio.gui.training.model_card import ModelCard
from opacity_studio.gui.training.models_in_use import NetworksInUse
from opacity_studio.gui.training.run_follower import FollowedRun
from opacity_studio.gui.training.run_page import RunPage
from opacity_studio.gui.training.setup_page import SetupPage
from opacity_studio.gui.training.words import STATE_WORDS, doing, duration, task_name

PAGES: Final = {
    "setup": tr("Set up"),
    "run": tr("Training"),
    "comparison": tr("Comparison"),
    "card": tr("Model card"),
    "log": tr("Log"),
}
HEIGHT: Final = 286


class ProgressLine(QWidget):
    """A thin line that fills; it does not move when there is nothing to tell."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("training.progress")
        self.setAccessibleName(tr("Progress of the training"))
        self._theme = theme
        self._share = 0.0
        self.setFixedHeight(3)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._theme = theme
        self.update()

    def show_share(self, share: float) -> None:
        """Fill up to `share`, 0 to 1."""
        if share != self._share:
            self._share = share
            self.setAccessibleDescription(f"{share:.0%}")
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground and filling."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.line))
        width = round(self.width() * self._share)
        painter.fillRect(0, 0, width, self.height(), QColor(self._theme.accent))


class TrainingDrawer(QWidget):
    """Five pages and one line that says how the run stands; hidden, the run goes on."""

    hide_wanted = Signal()
    stop_wanted = Signal()
    resume_wanted = Signal()
    setup_wanted = Signal()
    """Show what the folder now open would be learnt from."""

    def __init__(self, background: Background, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("training-drawer")
        self.setAccessibleName(tr("Retraining"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._followed: FollowedRun | None = None
        self._asks_stop = False
        # The head before the pages: Tab goes from one to the next in this order.
        self._chips = {key: self._page_chip(key, title) for key, title in PAGES.items()}
        self._progress = ProgressLine(theme, self)
        self._line = ElidedLabel(self, Qt.TextElideMode.ElideRight)
        self._line.setObjectName("training.line")
        self._line.setAccessibleName(tr("How the training stands"))
        self._line.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._state = QLabel(self)
        self._state.setObjectName("training.state")
        self._state.setAccessibleName(tr("What is trained"))
        self._state.setProperty("dim", True)
        self._stop = self._button(
            "stop", tr("Stop…"), tr("End the training; its best epoch is kept")
        )
        self._stop_sure = self._button("stop-sure", tr("Stop, keep the best epoch"), tr("Stop now"))
        self._go_on = self._button("go-on", tr("Go on training"), tr("Do not stop"))
        self._resume = self._button("resume", tr("Resume"), tr("Go on from the last epoch"))
        self._again = self._button("again", tr("Try again"), tr("Set the training up again"))
        self._hide = self._button("hide", "✕", tr("Hide; a training goes on"))
        self._hide.setAccessibleName(tr("Hide the drawer"))
        self._hide.setProperty("quiet", True)
        self._hide.setFixedWidth(30)
        self.setup = SetupPage(background, theme, self)
        self.run = RunPage(background, theme, self)
        self.comparison = ComparisonPage(background, theme, self)
        self.card = ModelCard(self)
        self.log = LogPage(background, self)
        self._stack = QStackedWidget(self)
        self._lay_out()
        self._connect()
        self.show_run(None)
        self.show_page("setup")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 6, 2)
        head.setSpacing(6)
        group = QButtonGroup(self)
        for chip in self._chips.values():
            group.addButton(chip)
            head.addWidget(chip)
        head.addSpacing(10)
        head.addWidget(self._state)
        head.addWidget(self._line, 1)
        for button in (
            self._stop,
            self._stop_sure,
            self._go_on,
            self._resume,
            self._again,
            self._hide,
        ):
            head.addWidget(button)
        for page in (self.setup, self.run, self.comparison, self.card, self.log):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._progress)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        for key, chip in self._chips.items():
            # Films may have been marked since: what to learn from is counted anew.
            shows = partial(self.show_page, key) if key != "setup" else self.setup_wanted.emit
            chip.clicked.connect(lambda _=False, show=shows: show())
        self._stop.clicked.connect(lambda: self._ask_stop(True))
        self._go_on.clicked.connect(lambda: self._ask_stop(False))
        self._stop_sure.clicked.connect(self._stop_now)
        self._resume.clicked.connect(self.resume_wanted)
        self._again.clicked.connect(self.setup_wanted)
        self._hide.clicked.connect(self.hide_wanted)

    def _page_chip(self, key: str, title: str) -> QPushButton:
        chip = self._button(f"page.{key}", title, tr("Show: {page}", page=title))
        chip.setProperty("chip", True)
        chip.setCheckable(True)
        return chip

    def _button(self, name: str, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(f"training.{name}")
        button.setAccessibleName(text)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def sizeHint(self) -> QSize:
        """Return the height that leaves the film the most of a small screen."""
        return QSize(900, HEIGHT)

    # What is shown ------------------------------------------------------------------------

    @property
    def page(self) -> str:
        """Name of the page in view."""
        return list(PAGES)[self._stack.currentIndex()]

    def show_page(self, page: str) -> None:
        """Show one of `PAGES`."""
        self._stack.setCurrentIndex(list(PAGES).index(page))
        self._chips[page].setChecked(True)
        if page == "log" and self._followed is not None:
            self.log.show_run(self._followed)

    def set_up(self, folder: Path | None, task: Task | None = None) -> None:
        """Show what could be learnt from `folder`."""
        self.show_page("setup")
        self.setup.open(folder, task)

    def take_keyboard(self) -> None:
        """Have the keyboard set the training up; Tab goes on from the first question."""
        self.setup.take_keyboard()

    def show_run(self, followed: FollowedRun | None) -> None:
        """Show how the run stands."""
        self._followed = followed
        running = followed is not None and not followed.is_over
        if not running:
            self._asks_stop = False
        self.setup.set_busy(running)
        self._chips["run"].setEnabled(followed is not None)
        self._chips["log"].setEnabled(followed is not None)
        self._chips["comparison"].setEnabled(
            followed is not None and followed.is_over and followed.candidate is not None
        )
        card = None if followed is None else followed.card
        self._chips["card"].setEnabled(card is not None)
        self.card.show_card(card)
        if card is None and self.page == "card":
            self.show_page("run")
        self._progress.show_share(followed.progress.share if followed and running else 0.0)
        if followed is not None:
            self.run.show_run(followed)
            self.comparison.show_run(followed)
            if self.page == "log":
                self.log.show_run(followed)
        self._show_line()

    def show_networks(self, now: NetworksInUse) -> None:
        """Take which networks are in use."""
        self.setup.show_networks(now)
        self.comparison.show_networks(now)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        setters: tuple[Callable[[Theme], None], ...] = (
            self._progress.set_theme,
            self.setup.set_theme,
            self.run.set_theme,
            self.comparison.set_theme,
        )
        for set_theme in setters:
            set_theme(theme)

    def _show_line(self) -> None:
        followed = self._followed
        state = None if followed is None else followed.state
        running = followed is not None and not followed.is_over
        stopping = followed is not None and followed.is_stopping
        text = "" if followed is None else doing(followed)
        if self._asks_stop and followed is not None:
            left = duration(followed.progress.seconds_left)
            text = tr("Stop the training?")
            if left:
                text = tr("Stop the training? {time} to go.", time=left)
        self._line.setText(text)
        self._line.setToolTip(text)
        self._state.setText("" if followed is None else _name(followed))
        self._state.setAccessibleDescription(STATE_WORDS[state] if followed else "")
        ended_early = state in ("failed", "interrupted", "cancelled")
        buttons = (self._go_on, self._stop, self._stop_sure, self._resume, self._again, self._hide)
        with kept_focus(buttons):
            self._stop.setVisible(running and not stopping and not self._asks_stop)
            self._stop_sure.setVisible(running and self._asks_stop)
            self._go_on.setVisible(running and self._asks_stop)
            self._resume.setVisible(ended_early and _began(followed))
            self._again.setVisible(ended_early)

    def _ask_stop(self, asked: bool) -> None:
        self._asks_stop = asked
        self._show_line()

    def _stop_now(self) -> None:
        self._asks_stop = False
        self.stop_wanted.emit()


def _began(followed: FollowedRun | None) -> bool:
    """Return whether there is an epoch to go on from."""
    return followed is not None and any(each.epoch > 0 for each in followed.progress.figures)


def _name(followed: FollowedRun) -> str:
    return task_name(followed.progress.task or followed.run.name.split("-")[0])
