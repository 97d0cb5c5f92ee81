"""The export beside the reading: nothing waits for this window, and it waits for nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from opacity_studio.domain.wording import tr
from opacity_studio.export.order import ONLY, ExportOrder
from opacity_studio.export.selection import Selection, select_films
from opacity_studio.export.survey import Survey
from opacity_studio.gui.actions.own_keys import claims_enter_or_escape
from opacity_studio.gui.exporting.form import ExportForm
from opacity_studio.gui.exporting.summary import ExportSummary

SIZE: Final = (940, 640)


class PlaceField(QLineEdit):
    """Where the export goes; Enter there starts nothing."""

    def event(self, event: QEvent) -> bool:
        """Claim the keys that mean something in a field."""
        return claims_enter_or_escape(event) or super().event(event)


class ExportDialog(QDialog):
    """Left what to export, right what that means, below where it goes and how far it is."""

    wanted = Signal(object, object)
    """ExportOrder and Path: the person wants this exported there."""

    cancelled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("export-dialog")
        self.setAccessibleName(tr("Export"))
        self.setWindowTitle(tr("Export — Opacity Studio"))
        self.setModal(False)
        self._survey: Survey | None = None
        self._selection: Selection | None = None
        self._running = False
        self._finished: Path | None = None
        self.form = ExportForm(self)
        self.summary = ExportSummary(self)
        self.place = PlaceField(self)
        self.place.setObjectName("export.place")
        self.place.setAccessibleName(tr("Folder the export goes to"))
        self.place.setToolTip(tr("A new or empty folder, or an earlier export to be replaced"))
        self._choose = self._button("choose", tr("Choose…"), tr("Choose the folder"))
        self._notice = QLabel(self)
        self._notice.setObjectName("export.notice")
        self._notice.setAccessibleName(tr("How the export stands"))
        self._notice.setWordWrap(True)
        self._progress = QProgressBar(self)
        self._progress.setObjectName("export.progress")
        self._progress.setAccessibleName(tr("Progress of the export"))
        self._progress.setTextVisible(False)
        keeps_its_room = self._progress.sizePolicy()
        keeps_its_room.setRetainSizeWhenHidden(True)
        self._progress.setSizePolicy(keeps_its_room)
        self._start = self._button("start", tr("Export"), tr("Write the films to that folder"))
        self._start.setProperty("primary", True)
        self._cancel = self._button("cancel", tr("Cancel"), tr("Stop; nothing is left behind"))
        self._open = self._button("open-folder", tr("Open folder"), tr("Show what was exported"))
        self._open.setAutoDefault(True)  # Enter opens it, once it has the focus
        self._close = self._button("close", tr("Close"), tr("Close this window (Esc)"))
        self._lay_out()
        self.form.changed.connect(self._show)
        self.place.textEdited.connect(self._show)
        self._choose.clicked.connect(self._choose_place)
        self._start.clicked.connect(self._start_clicked)
        self._cancel.clicked.connect(self._cancel_clicked)
        self._open.clicked.connect(self._open_folder)
        self._close.clicked.connect(self.close)
        self.resize(*SIZE)

    def _button(self, name: str, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(f"export.{name}")
        button.setAccessibleName(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        return button

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        above.setContentsMargins(22, 18, 22, 12)
        above.setSpacing(20)
        above.addWidget(self.form)
        above.addWidget(_line(self))
        above.addWidget(self.summary, 1)
        to = QHBoxLayout()
        to.setSpacing(8)
        to.addWidget(QLabel(tr("to"), self))
        to.addWidget(self.place, 1)
        to.addWidget(self._choose)
        stays = QLabel(
            tr(
                "Text burnt into a film goes out with it. Comments go out as they were written, "
                "without the patient's id."
            ),
            self,
        )
        stays.setProperty("dim", True)
        ends = QHBoxLayout()
        ends.setSpacing(8)
        ends.addWidget(self._notice, 1)
        for button in (self._open, self._close, self._cancel, self._start):
            ends.addWidget(button)
            button.setMinimumWidth(96)
        below = QVBoxLayout()
        below.setContentsMargins(22, 12, 22, 16)
        below.setSpacing(9)
        below.addLayout(to)
        below.addWidget(stays)
        below.addLayout(ends)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(above, 1)
        layout.addWidget(self._progress)
        layout.addLayout(below)

    # What is known --------------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        """Whether films are being written."""
        return self._running

    def begin(self, folder: Path, place: Path) -> None:
        """Show that the films of `folder` are being looked through, to go to `place`."""
        self._survey = self._selection = self._finished = None
        self.setWindowTitle(tr("Export {folder} — Opacity Studio", folder=folder.name))
        self.place.setText(str(place))
        self.summary.show_waiting()
        self._say("")
        self._show()
        # No choice is marked as the one that is being made.
        self.setFocus()

    def show_survey(self, survey: Survey) -> None:
        """Show what there is to export."""
        first = self._survey is None
        self._survey = survey
        self.form.show_labels(survey.labels)
        if first:
            # Where nothing is approved yet, that choice would only show an empty list.
            found = (only for only in ONLY if select_films(survey, ExportOrder((), only)).films)
            self.form.start_with(next(found, "all"))
        self._show()

    def show_trouble(self, sentence: str) -> None:
        """Show why the films cannot be looked through."""
        self.summary.show_trouble(sentence)

    def show_progress(self, doing: str, done: int, total: int) -> None:
        """Show how far it is."""
        self._progress.setRange(0, max(total, 1))
        self._progress.setValue(done)
        self._progress.setAccessibleDescription(doing)
        self._say(doing)

    def show_running(self) -> None:
        """Show that films are being written."""
        self._running, self._finished = True, None
        self._cancel.setEnabled(True)
        self._show()

    def show_end(
        self, sentence: str, finished: Path | None = None, *, failed: bool = False
    ) -> None:
        """Show how it ended; `finished` is the folder that came out."""
        self._running, self._finished = False, finished
        self._progress.reset()
        self._show()
        self._say(sentence, failed=failed)
        if finished is not None:
            self._open.setFocus()

    def _say(self, sentence: str, *, failed: bool = False) -> None:
        self._notice.setText(sentence)
        self._notice.setProperty("failed", failed)
        self._notice.style().polish(self._notice)

    def _show(self) -> None:
        order = self.form.order()
        if self._survey is not None:
            self._selection = select_films(self._survey, order)
            self.summary.show_selection(self._selection, order, self._survey.warnings)
        ready = self._selection is not None and bool(self._selection.films)
        self._start.setEnabled(ready and bool(order.formats) and bool(self.place.text().strip()))
        for part in (self.form, self.place, self._choose):
            part.setEnabled(not self._running)
        self._start.setVisible(not self._running)
        self._cancel.setVisible(self._running)
        self._open.setVisible(self._finished is not None)
        self._progress.setVisible(self._running)

    # What the person does -------------------------------------------------------------------

    def _choose_place(self) -> None:
        near = Path(self.place.text()).parent
        chosen = QFileDialog.getExistingDirectory(self, tr("Export to"), str(near))
        if chosen:
            self.place.setText(chosen)
            self._show()

    def _start_clicked(self) -> None:
        self.wanted.emit(self.form.order(), Path(self.place.text().strip()).expanduser())

    def _cancel_clicked(self) -> None:
        self._cancel.setEnabled(False)
        self._say(tr("Cancelling…"))
        self.cancelled.emit()

    def _open_folder(self) -> None:
        if self._finished is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._finished)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the window, not the export; Enter presses what has the focus."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)


def _line(parent: QWidget) -> QFrame:
    line = QFrame(parent)
    line.setProperty("divider", True)
    line.setFixedWidth(1)
    return line
