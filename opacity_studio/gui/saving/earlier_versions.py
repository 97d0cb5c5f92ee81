"""Earlier versions of the outlines in view: a list beside the film, shown and restored from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.film_summary import summary_of
from opacity_studio.domain.merge import merge
from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.files.version_history import Version, versions_of
from opacity_studio.gui.actions.own_keys import claims_enter_or_escape
from opacity_studio.gui.background import Background
from opacity_studio.gui.film.film_area import FilmArea
from opacity_studio.gui.film.window_panel import WindowPanel
from opacity_studio.gui.look.theme import STATE_NAMES
from opacity_studio.gui.look.times import time_in_words
from opacity_studio.gui.saving.autosave import Autosave
from opacity_studio.review.session import Change, ReviewSession

WIDTH = 312
_ROW_HEIGHT = 44


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version as the list shows it: when and who, and what was on the film."""

    version: Version
    title: str
    about: str


def line_of(version: Version, now: datetime) -> VersionLine:
    """Return the words for `version`; its percentage needs lungs among its outlines."""
    count = len(version.annotation.shapes)
    state = summary_of(version.annotation)
    parts = [tr_count("{count} outline", "{count} outlines", count)]
    if state.percent is not None:
        parts.append(f"{state.percent:.1f} %")
    parts.append(STATE_NAMES[state.status])
    who = version.reader or tr("found on disk")
    return VersionLine(version, f"{time_in_words(version.saved, now)} · {who}", " · ".join(parts))


class VersionList(QListWidget):
    """The rows; Enter and Escape speak to the panel, not to the film."""

    def event(self, event: QEvent) -> bool:
        """Claim the keys that mean something here before the window's shortcuts see them."""
        return claims_enter_or_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape is the panel's; the arrows go through the rows."""
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)


class EarlierVersions(QWidget):
    """A panel at the right edge of the film; the work goes on beside it.

    The version chosen in the list is shown on the film in place of the outlines as they are, and
    becomes an edit only by "Restore": one step that can be undone.
    """

    opened = Signal()
    """It comes up, in the upper right corner."""

    def __init__(self, session: ReviewSession, autosave: Autosave, area: FilmArea) -> None:
        super().__init__(area)
        self.setObjectName("versions")
        self.setAccessibleName(tr("Earlier versions"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._area = area
        self._session = session
        self._autosave = autosave
        self._lines: Sequence[VersionLine] = ()
        self._own_step = False
        self._background = Background(1, self)
        self._build()
        self._unsubscribe = session.subscribe(self._changed)
        area.installEventFilter(self)
        self.hide()

    def _build(self) -> None:
        title = QLabel(tr("EARLIER VERSIONS"), self)
        title.setProperty("heading", True)
        self._dismiss = _button("✕", "versions.close", tr("Close the list of versions (Esc)"), self)
        self._dismiss.setProperty("quiet", True)
        self._dismiss.setFixedWidth(30)
        self._dismiss.clicked.connect(self.leave)
        self._text = QLabel("", self)
        self._text.setObjectName("versions.text")
        self._text.setWordWrap(True)
        self._text.setProperty("dim", True)
        self.list = VersionList(self)
        self.list.setObjectName("versions_list")
        self.list.setAccessibleName(tr("Earlier versions of this film's outlines"))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._show_version)
        self.list.itemActivated.connect(lambda _item: self.restore())
        self.restore_button = _button(
            tr("Restore this version"),
            "versions.restore",
            tr("One step that can be undone (Enter)"),
            self,
        )
        self.restore_button.setEnabled(False)
        self.restore_button.clicked.connect(self.restore)
        top = QHBoxLayout()
        top.addWidget(title)
        top.addStretch()
        top.addWidget(self._dismiss)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 10, 12)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self._text)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.restore_button)

    # Coming and going ---------------------------------------------------------------------

    def open(self) -> None:
        """Show the versions of the film in view; a second call closes the panel."""
        if not self.isHidden():
            self.leave()
            return
        file = self._autosave.file
        if file is None:
            return
        self.opened.emit()
        self._text.setText(tr("Reading…"))
        self._fill(())
        self.show()
        self.raise_()
        self._place()
        # What is being written belongs to the list, too.
        self._autosave.flush(lambda _saved: self._read(file.path))

    def share_corner(self, panel: WindowPanel) -> None:
        """Give way to `panel` where it comes up, and have it give way in turn."""
        panel.opened.connect(self.leave)
        self.opened.connect(panel.closed)

    def leave(self) -> None:
        """Show the outlines as they are, without the panel."""
        if self.isHidden():
            return
        self._end_preview()
        self.hide()
        self._area.view.setFocus()

    def close_threads(self) -> None:
        """Stop reading."""
        self._unsubscribe()
        self._background.close()

    def _read(self, path: Path) -> None:
        def read() -> list[VersionLine]:
            now = datetime.now().astimezone()
            return [line_of(version, now) for version in versions_of(path)]

        self._background.start(read, partial(self._arrived, path), _raise)

    def _arrived(self, path: Path, lines: Sequence[VersionLine]) -> None:
        file = self._autosave.file
        if file is None or file.path != path or self.isHidden():
            return
        self._fill(lines)
        self._text.setText(
            tr("Choose one to see it on the film.")
            if lines
            else tr("None yet: they are kept from the first change of {file} on.", file=path.name)
        )
        self._place()
        self.list.setFocus()

    def _fill(self, lines: Sequence[VersionLine]) -> None:
        self._lines = lines
        self.list.blockSignals(True)
        self.list.clear()
        for line in lines:
            item = QListWidgetItem(f"{line.title}\n{line.about}")
            item.setSizeHint(QSize(WIDTH - 40, _ROW_HEIGHT))
            item.setToolTip(
                tr("Saved {time:%Y-%m-%d %H:%M:%S}", time=line.version.saved.astimezone())
            )
            self.list.addItem(item)
        self.list.setCurrentRow(-1)
        self.list.blockSignals(False)
        self.list.setVisible(bool(lines))
        self.restore_button.setVisible(bool(lines))
        self.restore_button.setEnabled(False)

    # Showing and restoring ----------------------------------------------------------------

    def restore(self) -> None:
        """Make the chosen version the outlines in view."""
        row = self.list.currentRow()
        if not 0 <= row < len(self._lines):
            return
        line = self._lines[row]
        when = time_in_words(line.version.saved, datetime.now().astimezone())
        self._session.restore(
            tr("Restore version of {when}", when=when), self._as_it_was(line.version)
        )
        self.leave()

    def _as_it_was(self, version: Version) -> Annotation:
        """Return the film's annotation with the outlines of `version`; its record goes on."""
        now = self._session.annotation
        # Outlines that are still the same keep their identity.
        made = merge(now, now, version.annotation).annotation
        return replace(now, shapes=made.shapes, flags=made.flags)

    def _show_version(self, row: int) -> None:
        chosen = 0 <= row < len(self._lines)
        self.restore_button.setEnabled(chosen and self._session.is_editable)
        if chosen:
            self._own_step = True
            self._session.preview(self._as_it_was(self._lines[row].version))
            self._own_step = False

    def _end_preview(self) -> None:
        if self.list.currentRow() >= 0:
            self._session.preview(None)

    def _changed(self, change: Change) -> None:
        if self.isHidden() or self._own_step:
            return
        if "film" in change.what:
            self.hide()
        elif "annotation" in change.what or "preview" in change.what:
            # An edit is of the outlines as they are: they are in view again.
            self.list.blockSignals(True)
            self.list.setCurrentRow(-1)
            self.list.blockSignals(False)
            self.restore_button.setEnabled(False)

    # Place --------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the right edge of the film."""
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        area = self._area
        rows = self.list.count() * (_ROW_HEIGHT + 2) if self._lines else 0
        fixed = 150 if self._lines else 96
        height = min(fixed + rows, area.height() - 72)
        # Below the bar over the film, where a message may stand.
        self.setGeometry(area.width() - WIDTH - 14, 58, WIDTH, height)


def _button(text: str, name: str, tip: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setObjectName(name)
    button.setAccessibleName(tip if text == "✕" else text)
    button.setToolTip(tip)
    return button


def _raise(error: Exception) -> None:
    raise error
