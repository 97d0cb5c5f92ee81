import pytest
from PySide6.QtWidgets import QLabel, QWidget

from opacity_studio.gui.frame.wrapping_layout import WrappingLayout


@pytest.fixture
def row(qtbot) -> QWidget:
    """Return four labels of 90 by 20 pixels, the second twice as high, the third hidden."""
    made = QWidget()
    qtbot.addWidget(made)
    layout = WrappingLayout(made, gap=10)
    for number in range(4):
        label = QLabel(str(number), made)
        label.setFixedSize(90, 40 if number == 1 else 20)
        layout.addWidget(label)
    layout.itemAt(2).widget().hide()
    made.resize(400, 100)
    made.show()
    return made


def tops(row: QWidget) -> list[int]:
    items = (row.layout().itemAt(number).widget() for number in (0, 1, 3))
    return [item.geometry().top() for item in items]


def test_there_is_one_line_where_there_is_room_and_what_is_hidden_takes_none(row: QWidget):
    assert row.layout().itemAt(3).widget().geometry().left() == 200
    # In the middle of the line.
    assert tops(row) == [10, 0, 10]
    assert row.layout().heightForWidth(400) == 40


def test_what_finds_no_room_goes_into_the_next_line(row: QWidget, qapp):
    row.resize(195, 100)
    qapp.processEvents()
    assert tops(row) == [10, 0, 50]
    assert row.layout().heightForWidth(195) == 70
    row.resize(60, 200)
    qapp.processEvents()
    assert tops(row) == [0, 30, 80]
