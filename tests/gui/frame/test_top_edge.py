import pytest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from opacity_studio.gui.frame.top_edge import TopEdge


class Bar(QWidget):
    """A bar with a sentence that wraps."""

    def __init__(self, words: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.words = QLabel(words, self)
        self.words.setWordWrap(True)
        QVBoxLayout(self).addWidget(self.words)
        self.hide()


@pytest.fixture
def room(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    return made


def test_bars_stand_below_one_another_and_close_up(room: QWidget):
    question, message, lowest = (Bar("short", room) for _ in range(3))
    edge = TopEdge(room, lowest=lowest)
    edge.add(question, message)
    lowest.show()
    assert lowest.geometry().top() == 0
    message.show()
    question.show()
    assert question.geometry().top() == 0
    assert message.geometry().top() == question.height()
    assert lowest.geometry().top() == question.height() + message.height()
    question.hide()
    assert message.geometry().top() == 0


def test_a_bar_has_the_width_of_the_room_and_shows_all_its_words(room: QWidget, qapp):
    bar = Bar("a long sentence that needs several lines in a narrow window " * 4, room)
    TopEdge(room, lowest=bar)
    bar.show()
    qapp.processEvents()
    for width in (500, 260, 700):
        room.resize(width, 400)
        qapp.processEvents()
        assert bar.width() == width
        assert bar.words.height() >= bar.words.heightForWidth(bar.words.width())
