"""The strip above the film: menus, tools, undo, where we are and who is reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QMenuBar,
    QSizePolicy,
    QWidget,
)

from opacity_studio.domain.labels import RIGHT_LUNG, display_name
from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions import BAR, ROWS
from opacity_studio.gui.actions.action_building import fill_menus, shortcut_text
from opacity_studio.gui.frame.bar_buttons import ActionButton, FoldedMenus, Look, NameButton
from opacity_studio.gui.look.theme import Theme

_PLACE: Final = 250
"""Room that is kept for folder and film before buttons and undo get their words: which film it is
matters more."""

_USUAL_STEP: Final = tr(
    "Undo {step}", step=tr("Relabel to {label}", label=display_name(RIGHT_LUNG))
)
"""As long a step as there is room for beside Undo."""

LOOKS: Final[Mapping[str, Look]] = {
    "tool.select": Look("select", family="select"),
    "tool.polygon": Look("polygon", family="draw"),
    "tool.freehand": Look("freehand", family="draw"),
    "tool.brush": Look("brush", family="paint"),
    "tool.eraser": Look("eraser", family="paint"),
    "tool.probability_brush": Look("probability_brush", tr("Probability"), family="paint"),
    "tool.cut": Look("cut", family="cut"),
    "tool.add": Look("add", tr("Add"), family="model"),
    "tool.local_threshold": Look("local_threshold", tr("Threshold"), family="model"),
    "tool.measure": Look("measure", tr("Measure"), family="measure"),
    "view.auto-window": Look("window"),
    "view.invert": Look("invert"),
    "view.compare": Look("compare"),
    "edit.undo": Look("undo"),
    "edit.redo": Look("redo"),
}


class ElidedLabel(QLabel):
    """A label that gives way: it shows as much of its text as there is room for.

    Parameters
    ----------
    mode
        Where the text is cut.
    """

    def __init__(
        self, parent: QWidget, mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle
    ) -> None:
        super().__init__(parent)
        self._mode = mode
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(24)

    def minimumSizeHint(self) -> QSize:
        """Return almost nothing: the text never forces the window wider."""
        return QSize(24, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """Return the room the whole text wants."""
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 4, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the text, shortened where it does not fit."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.fontMetrics().elidedText(self.text(), self._mode, self.width())
        painter.drawText(self.rect(), self.alignment(), text)


class TopBar(QWidget):
    """Menu bar, tools and the title line in one row: the film gets the height.

    The narrower the window, the less is in words: first the menus fold into one button, then the
    name of what undo takes back goes, then the words of the image buttons, then those of the
    tools. Icons and keys always stay.
    """

    def __init__(self, actions: Mapping[str, QAction], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("top-bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.menu_bar = QMenuBar(self)
        self.menu_bar.setObjectName("menu-bar")
        self.menu_bar.setAccessibleName(tr("Menus"))
        self.menu_bar.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.menus: dict[str, QMenu] = fill_menus(self.menu_bar, actions)
        self.folded = FoldedMenus(self.menus.values(), theme, self)
        self.buttons: dict[str, ActionButton] = {}

        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 4, 12, 4)
        layout.setSpacing(2)
        layout.addWidget(self.menu_bar)
        layout.addWidget(self.folded)
        self._fixed = 6 + 12
        group = family = ""
        shown = [row for row in ROWS if row.bar]
        for row in sorted(shown, key=lambda row: BAR.index(row.id.split(".")[0])):
            kind, look = row.id.split(".")[0], LOOKS.get(row.id, Look())
            if kind != group:
                layout.addWidget(self._divider())
            elif look.family != family:
                layout.addSpacing(4)
                self._fixed += 4
            group, family = kind, look.family
            button = ActionButton(actions[row.id], row, look, theme, self)
            self.buttons[row.id] = button
            layout.addWidget(button)
        self._undo_name = ElidedLabel(self)
        self._undo_name.setObjectName("bar.undo-name")
        self._undo_name.setAccessibleName(tr("What undo takes back"))
        self._undo_name.setProperty("dim", True)
        self._undo_name.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._undo_name)

        self.place = ElidedLabel(self)
        self.place.setObjectName("bar.place")
        self.place.setAccessibleName(tr("Folder and film in view"))
        self.place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.place.setProperty("dim", True)
        self.reader = NameButton(self)
        self.reader.setObjectName("bar.reader")
        self.reader.setAccessibleName(tr("Reader"))
        self.reader.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.reader.setToolTip(tr("Who is reading: recorded with every film you mark"))
        layout.addSpacing(6)
        layout.addWidget(self.place, 1)
        layout.addWidget(self._divider())
        layout.addWidget(self.reader)
        self._fixed += 6 + 2 * layout.count()

    def show_undo(self, undo: str | None, redo: str | None) -> None:
        """Name the edits that undo and redo would touch."""
        text = tr("Undo {step}", step=undo) if undo else ""
        if text != self._undo_name.text():
            self._undo_name.setText(text)
        for name, tip in (
            ("edit.undo", text or tr("Nothing to undo")),
            ("edit.redo", tr("Redo {step}", step=redo) if redo else tr("Nothing to redo")),
        ):
            button = self.buttons[name]
            keys = shortcut_text(button.defaultAction())
            works = undo if name == "edit.undo" else redo
            button.setToolTip(f"{tip} ({keys})" if keys and works else tip)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        for button in self.buttons.values():
            button.set_theme(theme)
        self.folded.set_theme(theme)

    def open_menus(self) -> None:
        """Open the menus for the keyboard."""
        if self.folded.isVisible():
            below = self.folded.mapToGlobal(self.folded.rect().bottomLeft())
            self.folded.menu().popup(below)
        else:
            self.menu_bar.setFocus()
            self.menu_bar.setActiveAction(self.menu_bar.actions()[0])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put as much into words as there is room for."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Choose what is in words at this width."""
        undo = self.fontMetrics().horizontalAdvance(_USUAL_STEP)
        menus, folded = self.menu_bar.sizeHint().width(), self.folded.sizeHint().width()
        everything = frozenset(BAR)
        for words, undo_width, menu_width in (
            (everything, undo, menus),
            (everything, undo, folded),
            (frozenset({"tool"}), undo, folded),
            (frozenset({"tool"}), 0, folded),
            (frozenset[str](), undo, folded),
            (frozenset[str](), 0, folded),
        ):
            reader = self.reader.sizeHint().width() - self.reader.minimumSizeHint().width()
            rest = undo_width + menu_width + reader + _PLACE
            if self._width_of_buttons(words) + rest <= self.width():
                break
        for action_id, button in self.buttons.items():
            button.set_word_shown(action_id.split(".")[0] in words)
        self._undo_name.setFixedWidth(undo_width)
        self._undo_name.setVisible(undo_width > 0)
        self.menu_bar.setVisible(menu_width == menus)
        self.folded.setVisible(menu_width != menus)

    def minimumSizeHint(self) -> QSize:
        """Return the width at which every button is there, without words and menus."""
        width = self._width_of_buttons(frozenset()) + self.folded.sizeHint().width() + 24
        return QSize(width, super().minimumSizeHint().height())

    def _width_of_buttons(self, words: frozenset[str]) -> int:
        """Return the width of everything but menus, undo's name and the place."""
        dividers = sum(line.width() for line in self.findChildren(QFrame, "bar.divider"))
        buttons = sum(
            button.width_with(word=name.split(".")[0] in words)
            for name, button in self.buttons.items()
        )
        return self._fixed + dividers + buttons + self.reader.minimumSizeHint().width()

    def _divider(self) -> QFrame:
        line = QFrame(self)
        line.setObjectName("bar.divider")
        line.setFrameShape(QFrame.Shape.VLine)
        line.setFixedSize(11, 20)
        line.setEnabled(False)
        return line
