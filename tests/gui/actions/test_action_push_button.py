"""A button that says its action's key as long as there is room for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from opacity_studio.gui.actions.action_push_button import ActionPushButton


@pytest.fixture
def button(qtbot) -> Iterator[ActionPushButton]:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(600, 60)
    action = QAction("Accept all regions", parent)
    action.setObjectName("prediction.accept-all")
    action.setShortcut("Ctrl+Alt+K")
    made = ActionPushButton(action, "Accept everything", "Accept all regions", parent)
    parent.show()
    yield made
    parent.close()


def shown_at(button: ActionPushButton, width: int) -> str:
    button.resize(width, 30)
    return button.text()


def test_the_key_goes_before_the_words_are_shortened(button: ActionPushButton):
    whole = button.sizeHint()
    assert shown_at(button, whole.width()) == "Accept everything  Ctrl+Alt+K"
    assert shown_at(button, whole.width() - 20) == "Accept everything"
    assert shown_at(button, 80).endswith("…")
    # But for a pixel between letters: a narrow place does not make it want less.
    assert abs(button.sizeHint().width() - whole.width()) <= 2
    assert shown_at(button, whole.width()) == "Accept everything  Ctrl+Alt+K"


def test_other_words_and_another_key_are_fitted_too(button: ActionPushButton):
    button.resize(button.sizeHint().width() - 20, 30)
    button.set_words("Accept")
    assert button.text() == "Accept  Ctrl+Alt+K"
    assert "Ctrl+Alt+K" in button.text()
