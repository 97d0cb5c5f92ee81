"""How many films a training would learn from, in a drawer of little height."""

from PySide6.QtWidgets import QLabel, QWidget

from opacity_studio.files.curated_count import CuratedCount
from opacity_studio.gui.training.count_table import CountTable

SIDES = {"train": 7, "validation": 5, "test": 4}


def test_remarks_that_have_no_room_keep_all_their_lines(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    table = CountTable(window)
    table.resize(337, 190)
    table.show_counted(
        CuratedCount(SIDES, SIDES, tests_seen=4, warnings=("A remark of many words. " * 12,)),
        "opacity-starter",
    )
    window.show()
    note = table.findChild(QLabel, "training.count-note")
    assert note is not None
    qtbot.waitUntil(lambda: note.height() >= note.heightForWidth(note.width()))
    assert "whether the new network is better cannot be judged" in note.text()
    assert note.height() > table.height() / 2
