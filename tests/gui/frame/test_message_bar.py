import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from opacity_studio.gui.frame.message_bar import Choice, Message, MessageBar
from opacity_studio.gui.frame.top_edge import TopEdge


@pytest.fixture
def parent(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    return made


@pytest.fixture
def bar(parent: QWidget) -> MessageBar:
    made = MessageBar(parent)
    TopEdge(parent, lowest=made)
    return made


def message(topic: str, *choices: str) -> Message:
    text = "film.json could not be saved because the disk is full: free some space. " * 2
    return Message(text, topic, tuple(Choice(name, name, lambda: None) for name in choices))


def text_fits(bar: MessageBar) -> bool:
    label = bar.findChild(QLabel, "message.text")
    return label.height() >= label.heightForWidth(label.width())


def test_the_whole_sentence_is_seen_beside_its_choices(bar: MessageBar, qapp):
    bar.show_message(message("film"))
    qapp.processEvents()
    assert text_fits(bar)
    # In the place of the first, whose text had the whole width.
    choices = ("Try again", "Save elsewhere", "Give up these edits")
    bar.show_message(message("save", *choices))
    qapp.processEvents()
    assert text_fits(bar)
    assert all(bar.findChild(QPushButton, f"message.{name}").isVisible() for name in choices)


def test_a_message_waits_behind_the_newest_of_another_topic(bar: MessageBar):
    bar.show_message(message("save", "Try again"))
    bar.show_message(Message("Another film's warning.", "film"))
    assert bar.text == "Another film's warning."
    assert any(label.text() == "1 more" for label in bar.findChildren(QLabel) if label.isVisible())
    bar.dismiss()
    assert bar.text.startswith("film.json")
    bar.clear("save")
    assert bar.text == ""
    assert bar.isHidden()
