"""The foot of the side panel: where the film stands, and the buttons that end the work on it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from opacity_studio.domain.review_status import Role
from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions import row_of
from opacity_studio.gui.actions.action_push_button import ActionPushButton
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.reviewing.status_strip import StatusStrip


class Foot(QWidget):
    """State of the film; below it, by role, what else can be done with it, and the way on."""

    def __init__(self, actions: Mapping[str, QAction], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("side-foot")
        self.status = StatusStrip(theme, self)
        self._done, self._clear, self._return, skip = (
            ActionPushButton(actions[name], words, row_of(name).text, self)
            for name, words in (
                ("film.done", tr("Done, next film")),
                ("film.no-opacity", tr("No opacity")),
                ("film.return", tr("Return…")),
                ("film.skip", tr("Skip")),
            )
        )
        self._done.setProperty("primary", True)
        others = QHBoxLayout()
        others.setSpacing(6)
        others.addWidget(self._clear, 3)
        others.addWidget(self._return, 3)
        others.addWidget(skip, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.status)
        layout.addLayout(others)
        layout.addWidget(self._done)
        self.show_role("annotator")

    def show_role(self, role: Role) -> None:
        """Offer what a reader in `role` does with a film."""
        is_reviewer = role == "reviewer"
        self._clear.setHidden(is_reviewer)
        self._return.setVisible(is_reviewer)
        self._done.set_words(tr("Approve, next film") if is_reviewer else tr("Done, next film"))

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self.status.set_theme(theme)
