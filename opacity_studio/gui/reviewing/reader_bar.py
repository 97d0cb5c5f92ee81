"""Asks once, quietly, who is reading and in which role."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QLabel, QPushButton, QVBoxLayout, QWidget

from opacity_studio.domain.review_status import Reader, Role
from opacity_studio.domain.wording import tr
from opacity_studio.files.settings import choice_name
from opacity_studio.gui.frame.inline_question import NameField
from opacity_studio.gui.frame.wrapping_layout import WrappingLayout
from opacity_studio.gui.reviewing.bar_keys import BarKeys

ROLES: Final[tuple[Role, ...]] = ("annotator", "reviewer")


def role_name(role: Role) -> str:
    """Return the word for `role` in the person's language; one of a later version as it is."""
    return choice_name(role) if role in ROLES else role


def role_tip(role: Role) -> str:
    """Return what a reader in `role` does."""
    if role == "reviewer":
        return tr("Reviewers approve films, correct them, or return them to the annotator.")
    return tr("Annotators outline films and mark them as done.")


class ReaderBar(QWidget):
    """A slim bar with the name and the two roles; Enter answers, Escape drops it."""

    answered = Signal(object)
    """`Reader`."""

    dropped = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("reader-bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAutoFillBackground(True)
        question = QLabel(tr("Who is reading? Kept with your marks."), self)
        self.setAccessibleName(question.text())
        self.field = NameField(self)
        self.field.setObjectName("reader-bar.field")
        self.field.setAccessibleName(tr("Your name"))
        self.field.setPlaceholderText(tr("Your name"))
        self.field.setFixedWidth(190)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(14, 7, 14, 7)
        layout = WrappingLayout(gap=8)
        outer.addLayout(layout)
        layout.addWidget(question)
        layout.addWidget(self.field)
        self._group = QButtonGroup(self)
        self.roles: dict[Role, QPushButton] = {role: self._role_button(role) for role in ROLES}
        for button in self.roles.values():
            layout.addWidget(button)
        answer = QPushButton(tr("Continue"), self)
        answer.setObjectName("reader-bar.answer")
        answer.setAccessibleName(tr("Continue"))
        answer.setToolTip(tr("Continue (Enter)"))
        layout.addWidget(answer)
        answer.clicked.connect(self._answer)
        self.field.returnPressed.connect(self._answer)
        self.field.escaped.connect(self._drop)
        BarKeys(self, enter=self._answer, escape=self._drop)
        self.hide()

    def _role_button(self, role: Role) -> QPushButton:
        button = QPushButton(role_name(role), self)
        button.setObjectName(f"reader-bar.{role}")
        button.setAccessibleName(role_name(role))
        button.setToolTip(role_tip(role))
        button.setProperty("chip", True)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # Enter after the click answers, wherever the keyboard was before.
        button.clicked.connect(self.field.setFocus)
        self._group.addButton(button)
        return button

    def ask(self, reader: Reader, *, takes_keys: bool) -> None:
        """Show the bar with `reader` filled in.

        Parameters
        ----------
        takes_keys
            False to leave the keyboard with the film: it can be answered at any time.
        """
        self.field.setText(reader.name)
        self.roles[reader.role].setChecked(True)
        self.show()
        if takes_keys:
            self.field.setFocus()
            self.field.selectAll()

    def _answer(self) -> None:
        name = self.field.text().strip()
        if name:
            self.hide()
            role = next(role for role, button in self.roles.items() if button.isChecked())
            self.answered.emit(Reader(name, role))

    def _drop(self) -> None:
        self.hide()
        self.dropped.emit()
