"""The settings, beside the reading: nothing waits for this window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QTabWidget, QVBoxLayout, QWidget

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.shortcuts import Shortcuts
from opacity_studio.gui.settings.preferences import Preferences
from opacity_studio.gui.settings.settings_page import SettingsPage
from opacity_studio.gui.settings.shortcuts_page import ShortcutsPage


class SettingsDialog(QDialog):
    """Two pages: what the program does by itself, and which keys do what.

    Every change holds at once and is written at once; there is nothing to confirm.
    """

    def __init__(self, preferences: Preferences, shortcuts: Shortcuts, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("settings-dialog")
        self.setAccessibleName(tr("Settings"))
        self.setWindowTitle(tr("Settings — Opacity Studio"))
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.pages = QTabWidget(self)
        self.pages.setObjectName("settings.pages")
        self.pages.setAccessibleName(tr("Pages of the settings"))
        self.pages.setDocumentMode(True)
        self.page = SettingsPage(preferences, self)
        self.shortcuts = ShortcutsPage(shortcuts, self)
        self.pages.addTab(self.page, tr("General"))
        self.pages.addTab(self.shortcuts, tr("Shortcuts"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(self.pages)
        self.resize(620, 640)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes; Enter ends what is typed, and nothing else."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
