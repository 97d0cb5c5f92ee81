"""What a retraining would learn from, and how: looked over before it is started."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from opacity_studio.domain.model_version import Task
from opacity_studio.domain.training_settings import (
    MOST_REPLAY,
    TrainingSettings,
    from_scratch,
    incremental,
)
from opacity_studio.domain.wording import tr
from opacity_studio.files.curated_count import CuratedCount, count_curated
from opacity_studio.gui.background import Background, Job
from opacity_studio.gui.film.film_loader import sentence_of
from opacity_studio.gui.look.panel_parts import UNKNOWN, Figure, TickSlider, heading
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.training.advanced_settings import AdvancedSettings
from opacity_studio.gui.training.count_table import CountTable, wrapped
from opacity_studio.gui.training.models_in_use import NetworksInUse
from opacity_studio.gui.training.plan import INSTALL, Plan, can_train


class SetupPage(QWidget):
    """Counts in the background; the button starts what is shown, nothing else does."""

    start_wanted = Signal(object)
    """Plan."""

    def __init__(self, background: Background, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("training.setup")
        self.setAccessibleName(tr("Retrain"))
        self._background = background
        self._folder: Path | None = None
        self._now = NetworksInUse()
        self._counted: CuratedCount | None = None
        self._counting = Job()
        self._task: Task = "opacity"
        self._from_scratch = False
        self._busy = False
        self._settings = incremental("opacity")
        self._counts = CountTable(self)
        self._chips: dict[str, QPushButton] = {}
        self._slider = TickSlider(theme, self)
        self._slider.setObjectName("training.replay")
        self._slider.setAccessibleName(tr("Share of earlier films"))
        self._slider.setToolTip(
            tr(
                "How much of each round repeats films the network knows, so that it "
                "does not forget them (double-click for the usual share)"
            )
        )
        self._slider.setRange(0, round(MOST_REPLAY * 100))
        self._share = Figure("training.replay-value", tr("Share of earlier films"), "100 %", self)
        self._plain = wrapped("training.replay-words", tr("What the share means"), self, dim=True)
        self._advanced = AdvancedSettings(self)
        self._advanced.changed.connect(self._numbers_changed)
        self._fold = _button(
            "training.advanced", tr("Advanced ▸"), tr("Epochs, learning rate, …"), self
        )
        self._fold.setProperty("quiet", True)
        self._fold.setCheckable(True)
        self._fold.setStyleSheet("padding: 0; border: none; text-align: left;")
        self._words = wrapped("training.words", tr("What happens"), self, dim=True)
        self._start = _button(
            "training.start",
            tr("Start training"),
            tr("Train in the background; reading goes on"),
            self,
        )
        self._start.setProperty("primary", True)
        self._copy = _button("training.copy-command", tr("Copy the command"), INSTALL, self)
        self._lay_out()
        self._slider.valueChanged.connect(self._share_moved)
        self._slider.reset.connect(lambda: self._slider.setValue(self._usual_share))
        self._fold.toggled.connect(self._show_advanced)
        self._start.clicked.connect(self._start_clicked)
        self._copy.clicked.connect(self._copy_clicked)
        self._choose_settings()

    # Layout -------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        how = QVBoxLayout()
        how.setSpacing(7)
        how.addWidget(heading(tr("How"), self))
        how.addLayout(self._choice("task", (("opacity", tr("Opacity")), ("lungs", tr("Lungs")))))
        how.addLayout(
            self._choice(
                "start", (("in-use", tr("The network in use")), ("scratch", tr("From scratch")))
            )
        )
        line = QHBoxLayout()
        line.addWidget(QLabel(tr("earlier films repeated"), self), 1)
        line.addWidget(self._share)
        how.addLayout(line)
        how.addWidget(self._slider)
        how.addWidget(self._plain)
        how.addStretch(1)
        go = QVBoxLayout()
        go.setSpacing(7)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._words)
        self._pages.addWidget(self._advanced)
        go.addWidget(self._fold, 0, Qt.AlignmentFlag.AlignLeft)
        go.addWidget(self._pages, 1)
        go.addWidget(self._copy)
        go.addWidget(self._start)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 4, 16, 12)
        layout.setSpacing(24)
        layout.addWidget(self._counts, 5)
        layout.addWidget(_divider(self))
        layout.addLayout(how, 5)
        layout.addWidget(_divider(self))
        layout.addLayout(go, 4)
        self._order_focus()

    def _order_focus(self) -> None:
        """Lead Tab through the page as it is read."""
        for before, after in pairwise(
            (
                *self._chips.values(),
                self._slider,
                self._fold,
                *self._advanced.boxes,
                self._copy,
                self._start,
            )
        ):
            QWidget.setTabOrder(before, after)

    def _choice(self, name: str, options: tuple[tuple[str, str], ...]) -> QHBoxLayout:
        group = QButtonGroup(self)
        line = QHBoxLayout()
        line.setSpacing(6)
        for key, text in options:
            chip = _button(f"training.{name}.{key}", text, text, self)
            chip.setProperty("chip", True)
            chip.setCheckable(True)
            group.addButton(chip)
            line.addWidget(chip)
            self._chips[key] = chip
            chip.clicked.connect(self._chosen)
        self._chips[options[0][0]].setChecked(True)
        line.addStretch(1)
        return line

    # What is shown ------------------------------------------------------------------------

    def open(self, folder: Path | None, task: Task | None = None) -> None:
        """Count the films of `folder` and show what could be learnt."""
        self._folder = folder
        if task is not None:
            self._chips[task].setChecked(True)
        self._chosen()

    def show_networks(self, now: NetworksInUse) -> None:
        """Take which networks are in use; what is new depends on that."""
        changed = now != self._now
        self._now = now
        if changed and self.isVisible():
            self._chosen()

    def set_busy(self, busy: bool) -> None:
        """Take whether a training goes on: only one does at a time."""
        if busy != self._busy:
            self._busy = busy
            self._show()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._slider.set_theme(theme)

    def close_counting(self) -> None:
        """Count no further."""
        self._counting.drop(self._background)

    def count_again(self, folder: Path) -> None:
        """Count the films of `folder` as they are marked now; figures stand until there are new."""
        if folder != self._folder:
            self.open(folder)
        else:
            self._start_counting()

    def take_keyboard(self) -> None:
        """Let the keyboard choose the task."""
        self._chips[self._task].setFocus(Qt.FocusReason.OtherFocusReason)

    def _chosen(self) -> None:
        before = self._task, self._from_scratch
        self._task = "lungs" if self._chips["lungs"].isChecked() else "opacity"
        self._from_scratch = self._chips["scratch"].isChecked() or self._now.pair is None
        if (self._task, self._from_scratch) != before:
            self._choose_settings()
        pair = self._now.pair
        self._chips["in-use"].setText(
            tr("The network in use")
            if pair is None
            else tr("{network} (in use)", network=pair.of(self._task).id)
        )
        self._chips["in-use"].setEnabled(pair is not None)
        self._count()
        self._show()

    def _choose_settings(self) -> None:
        self._settings = from_scratch(self._task) if self._from_scratch else incremental(self._task)
        self._advanced.show_settings(self._settings)
        self._slider.set_tick(self._usual_share)
        self._slider.setValue(self._usual_share)
        self._show_share()

    @property
    def _usual_share(self) -> int:
        return round(incremental(self._task).replay_share * 100)

    def _count(self) -> None:
        self._counting.drop(self._background)
        self._counted = None
        if self._folder is None:
            self._counts.say(
                tr("Open a folder of films first: those that were marked are learnt from.")
            )
            return
        self._counts.say(tr("Counting the films that can be used …"))
        self._start_counting()

    def _start_counting(self) -> None:
        self._counting.drop(self._background)
        folder, pair, task = self._folder, self._now.pair, self._task
        if folder is None:
            return
        known = None if pair is None else pair.of(task).version
        counting = self._counting = Job()
        counting.ticket = self._background.start(
            lambda: count_curated(folder, task, known, is_cancelled=counting.is_dropped),
            self._show_counted,
            lambda error: self._not_counted(sentence_of(error, folder)),
        )

    def _not_counted(self, sentence: str) -> None:
        self._counted = None
        self._counts.say(sentence)
        self._show()

    def _show_counted(self, counted: CuratedCount) -> None:
        self._counted = counted
        pair = self._now.pair
        in_use = None if pair is None else pair.of(self._task).id
        self._counts.show_counted(counted, in_use)
        self._show()

    def _show(self) -> None:
        counted, ready = self._counted, can_train()
        enough = (
            counted is not None and bool(counted.films["train"]) and bool(counted.films["test"])
        )
        self._slider.setEnabled(not self._from_scratch and _is_mixed(counted))
        self._show_share()
        self._fold.setVisible(ready)
        if not ready:
            self._fold.setChecked(False)
        self._copy.setVisible(not ready)
        self._start.setVisible(ready)
        self._start.setEnabled(enough and not self._busy)
        self._words.setText(self._word(ready=ready, enough=enough))

    def _word(self, *, ready: bool, enough: bool) -> str:
        if not ready:
            needs = tr(
                "Training needs further packages, which are not installed here. This adds them:"
            )
            return f"{needs}\n\n{INSTALL}"
        if self._busy:
            return tr("A training is going on: one at a time.")
        if self._counted is not None and not enough:
            if not self._counted.films["train"]:
                return tr(
                    "There is no patient to learn from: the split is by patient, so mark films of "
                    "more patients."
                )
            return tr(
                "There is no patient to judge on: the split is by patient, so mark films of more "
                "patients."
            )
        return tr(
            "Training runs beside your reading, at low priority, and goes on when "
            "the window is closed. At the end the new network is compared with the "
            "one in use on test films; nothing is put to use by itself."
        )

    def _show_share(self) -> None:
        share = self._slider.value()
        self._share.show_text(f"{share} %" if self._slider.isEnabled() else UNKNOWN)
        if self._from_scratch:
            text = tr("From scratch every film counts alike.")
        elif self._counted is None or not _learnt(self._counted):
            text = ""
        elif not self._counted.new:
            text = tr("No film is new to this network: all are repeated.")
        elif not _is_mixed(self._counted):
            text = tr(
                "Every film here is new to this network: there are no earlier ones to repeat."
            )
        elif not share:
            text = tr("Only new corrections: quickest, but the network may forget earlier films.")
        else:
            text = tr(
                "Of 10 films it sees, about {earlier:.0f} are earlier ones and {new:.0f} new "
                "corrections.",
                earlier=share / 10,
                new=10 - share / 10,
            )
        self._plain.setText(text)

    def _share_moved(self, value: int) -> None:
        self._settings = replace(self._settings, replay_share=value / 100)
        self._show_share()

    def _numbers_changed(self, settings: TrainingSettings) -> None:
        self._settings = replace(settings, replay_share=self._settings.replay_share)

    def _show_advanced(self, shown: bool) -> None:
        self._fold.setText(tr("Advanced ▾") if shown else tr("Advanced ▸"))
        self._pages.setCurrentIndex(1 if shown else 0)

    def _copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(INSTALL)
        self._copy.setText(tr("Copied: paste it into a terminal"))

    def _start_clicked(self) -> None:
        if self._folder is None:
            return
        pair = self._now.pair
        start = None if self._from_scratch or pair is None else pair.of(self._task).id
        self.start_wanted.emit(Plan(self._folder, start, self._settings))


def _is_mixed(counted: CuratedCount | None) -> bool:
    """Return whether there are both new films and earlier ones to mix."""
    if counted is None:
        return False
    return 0 < counted.new < _learnt(counted)


def _learnt(counted: CuratedCount) -> int:
    """Return from how many films a training would learn, validation among them."""
    return counted.films["train"] + counted.films["validation"]


def _button(name: str, text: str, tip: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _divider(parent: QWidget) -> QFrame:
    line = QFrame(parent)
    line.setProperty("divider", True)
    line.setFixedWidth(1)
    return line
