"""The list of films as a person uses it: typing, ticking, clicking, arrow keys."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAccessible, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from opacity_studio.domain.film_columns import FilmColumns, FilmFacts
from opacity_studio.domain.film_summary import FilmSummary, Mark
from opacity_studio.domain.review_status import Reader, ReviewStatus
from opacity_studio.domain.worklist_order import Order
from opacity_studio.files.settings import Settings
from opacity_studio.files.worklist import Films
from opacity_studio.gui.look.theme import DARK, LIGHT, apply_theme
from opacity_studio.gui.settings.preferences import Preferences
from opacity_studio.gui.worklist.film_list import HEADER, ROW
from opacity_studio.gui.worklist.filter_menu import FilterMenu, OrderMenu
from opacity_studio.gui.worklist.model import WorklistModel
from opacity_studio.gui.worklist.order_memory import order_of, remember_order, words_of
from opacity_studio.gui.worklist.panel import WorklistPanel

FOLDER = Path("films")
COUNT = 60
NAMES = [f"film {number}.png" for number in range(COUNT)]


def columns() -> FilmColumns:
    """Return films of twenty patients; the first three are annotated, returned and approved."""
    facts = [
        FilmFacts(name, f"P{number // 3}", str(number), "Edema" if number % 2 else "", number)
        for number, name in enumerate(NAMES)
    ]
    states = (ReviewStatus.ANNOTATED, ReviewStatus.RETURNED, ReviewStatus.APPROVED)
    made = [
        FilmSummary(
            name,
            states[number] if number < 3 else ReviewStatus.UNREAD,
            annotator="Ada" if number < 3 else "",
            percent=float(number),
            is_flagged=number == 5,
        )
        for number, name in enumerate(NAMES)
    ]
    return FilmColumns(facts, made)


@pytest.fixture
def model(qapp) -> WorklistModel:
    made = WorklistModel()
    made.set_reader(Reader("Ada"))
    made.set_films(Films(FOLDER, NAMES), columns())
    made.hold_still(held=True)
    return made


@pytest.fixture
def panel(qapp, model, qtbot):
    apply_theme(qapp, DARK)
    made = WorklistPanel(model, DARK, lambda path, edge: np.zeros((edge, edge), np.uint8), None)
    made.resize(262, 640)
    made.show()
    made.activateWindow()
    assert QTest.qWaitForWindowActive(made)
    yield made
    made.close_threads()
    model.close()
    made.close()
    made.deleteLater()


def shown(panel: WorklistPanel) -> list[str]:
    return [path.name for path in panel.visible_films]


def chips(panel: WorklistPanel) -> list[QPushButton]:
    found = panel.findChild(object, "worklist.chips").findChildren(QPushButton)
    return [chip for chip in found if chip.isVisible()]


def test_typed_fields_work_at_once_and_enter_makes_chips_of_them(panel):
    panel.search.setFocus()
    QTest.keyClicks(panel.search, "state:returned,approved film ")
    assert shown(panel) == NAMES[1:3]
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    assert panel.search.text() == "film"
    assert [chip.text() for chip in chips(panel)] == ["returned, approved ×"]
    assert panel.list.hasFocus()
    QTest.mouseClick(chips(panel)[0], Qt.MouseButton.LeftButton)
    assert shown(panel) == NAMES
    assert not chips(panel)


def test_backspace_in_the_empty_field_takes_the_last_filter_away(panel):
    panel.search.setFocus()
    QTest.keyClicks(panel.search, "flagged percent<40 ")
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    assert len(chips(panel)) == 2
    panel.search.setFocus()
    QTest.keyClick(panel.search, Qt.Key.Key_Backspace)
    assert [chip.text() for chip in chips(panel)] == ["Flagged ×"]


def test_what_is_offered_is_chosen_with_the_arrows(panel):
    panel.search.setFocus()
    QTest.keyClicks(panel.search, "state:ret")
    popup = panel.search._popup
    assert popup.isVisible()
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert panel.search.text() == "state:returned "
    assert not popup.isVisible()
    assert shown(panel) == NAMES[1:2]


def test_needs_me_follows_the_role(panel, model):
    assert panel.needed.text() == f"needs me {COUNT - 2}"
    QTest.mouseClick(panel.needed, Qt.MouseButton.LeftButton)
    assert shown(panel) == [NAMES[1], *NAMES[3:]]
    assert not chips(panel)
    model.set_reader(Reader("Eve", "reviewer"))
    assert shown(panel) == NAMES[:1]
    assert panel.needed.text() == "needs me 1"


def test_the_menu_ticks_filters_and_counts_what_each_would_leave(panel):
    menu = panel._filter_button.menu()
    assert isinstance(menu, FilterMenu)
    menu.aboutToShow.emit()
    lines = {str(choice.term): action for action, choice in menu._lines}
    assert lines["state:returned"].text() == "returned\t1"
    assert lines["flagged"].text() == "Flagged\t1"
    assert lines["finding:Edema"].text() == "Edema\t30"
    assert lines["percent:10-25"].text() == "10 to 25 %\t16"
    assert lines["uncertainty:none"].text() == f"not known\t{COUNT}"
    assert lines["changed:today"].text() == "today\t0"
    lines["state:returned"].trigger()
    assert lines["state:returned"].isChecked()
    # Another state is an alternative, another field is not.
    assert lines["state:approved"].text() == "approved\t1"
    assert lines["finding:Edema"].text() == "Edema\t1"
    lines["state:approved"].trigger()
    assert shown(panel) == NAMES[1:3]
    assert [chip.text() for chip in chips(panel)] == ["returned ×", "approved ×"]
    lines["state:returned"].trigger()
    assert shown(panel) == NAMES[2:3]


def test_where_nothing_matches_it_is_said_and_one_click_shows_all_again(panel):
    panel.search.setText("flagged patient:P9")
    why, clear = (panel.findChild(kind, name) for kind, name in (
        (QLabel, "worklist.why-empty"), (QPushButton, "worklist.clear-filters")))  # fmt: skip
    assert why.isVisible()
    assert why.text() == "No film matches."
    QTest.mouseClick(clear, Qt.MouseButton.LeftButton)
    assert panel.list.isVisible()
    assert shown(panel) == NAMES


def test_orders_are_chosen_from_a_menu_and_turned_round(panel):
    menu = panel._order_button.menu()
    assert isinstance(menu, OrderMenu)
    menu.aboutToShow.emit()
    {key: action for action, key in menu._keys}["percent"].trigger()
    assert shown(panel)[0] == NAMES[-1]
    assert panel._order_button.text() == "↓ Opacity"
    menu.aboutToShow.emit()
    assert not menu._turned.isChecked()
    menu._turned.trigger()
    assert shown(panel) == NAMES
    assert panel._order_button.text() == "↑ Opacity"


def test_orders_by_the_networks_figures_are_not_offered_while_films_are_read_blind(panel):
    menu = panel._order_button.menu()
    for hidden in (True, False):
        panel._model.set_model_hidden(hidden)
        menu.aboutToShow.emit()
        greyed = {key for action, key in menu._keys if not action.isEnabled()}
        assert greyed == ({"uncertainty", "disagreement"} if hidden else set())


def test_arrow_keys_go_from_film_to_film_and_pass_over_headers(panel):
    panel.callbacks()["worklist.by-patient"]()
    chosen = []
    panel.film_chosen.connect(lambda path: chosen.append(path.name))
    panel.list.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(panel.list, key)
    QTest.keyClick(panel.list, Qt.Key.Key_Up)
    QTest.keyClick(panel.list, Qt.Key.Key_End)
    # Without a film in view, the first is chosen as the list gets the focus.
    assert chosen == [*NAMES[:5], NAMES[3], NAMES[-1]]
    assert panel.list.visualRect(panel.list.currentIndex()).bottom() < panel.list.height()


def test_a_click_on_a_film_chooses_it_and_one_on_a_header_nothing(panel):
    panel.set_order(Order(by_patient=True))
    chosen = []
    panel.film_chosen.connect(lambda path: chosen.append(path.name))
    viewport = panel.list.viewport()
    for y in (HEADER // 2, HEADER + ROW // 2, HEADER + 3 * ROW + HEADER // 2):
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(100, y))
    assert chosen == [NAMES[0]]
    assert panel.list.indexAt(QPoint(100, HEADER + 3 * ROW + HEADER + 1)).data() == NAMES[3]


def test_the_film_in_view_is_brought_into_sight_and_stays_chosen(panel):
    panel.show_current(FOLDER / NAMES[50])
    rect = panel.list.visualRect(panel.list.currentIndex())
    assert 0 <= rect.top() < rect.bottom() < panel.list.viewport().height()
    panel.search.setText("film 5")
    assert panel.list.currentIndex().data() == NAMES[50]
    panel.set_order(Order("percent", by_patient=True))
    rect = panel.list.visualRect(panel.list.currentIndex())
    assert panel.list.currentIndex().data() == NAMES[50]
    assert 0 <= rect.top() < rect.bottom() < panel.list.viewport().height()
    assert 50 in panel.list.rows_in_sight()


def test_the_wheel_moves_the_rows_on_the_screen(panel, qtbot):
    seen = panel.list.viewport()
    place = QRect(seen.mapTo(panel, QPoint(0, 0)), seen.size())

    def on_screen() -> QImage:
        return panel.screen().grabWindow(panel.winId()).toImage().copy(place)

    def as_painted_anew() -> QImage:
        return seen.grab().toImage().convertToFormat(on_screen().format())

    qtbot.waitUntil(lambda: on_screen() == as_painted_anew())
    before, at = on_screen(), QPointF(seen.rect().center())
    turn = QWheelEvent(
        at,
        seen.mapToGlobal(at),
        QPoint(),
        QPoint(0, -240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(seen, turn)
    assert panel.list.verticalOffset() > ROW
    qtbot.waitUntil(lambda: on_screen() == as_painted_anew())
    assert on_screen() != before


def test_rows_in_sight_are_told(panel, qtbot):
    told = []
    panel.rows_seen.connect(told.append)
    panel.list.verticalScrollBar().setValue(20 * ROW)
    qtbot.waitUntil(lambda: bool(told) and told[-1][0] == 20)


def test_the_foot_counts_the_readers_day(panel, model, qtbot):
    now = model.asker.now.isoformat()
    for number in (3, 4):
        mark = Mark("annotated", now, "Ada", "annotator", 30.0)
        done = FilmSummary(
            NAMES[number], ReviewStatus.ANNOTATED, annotator="Ada", last_time=now, marks=(mark,)
        )
        model.set_summary(FOLDER / NAMES[number], done)
    qtbot.waitUntil(lambda: panel.foot.progress.read == 2)
    assert panel.foot.accessibleName() == f"2 read today, {COUNT - 4} left"
    QTest.mouseClick(panel.foot, Qt.MouseButton.LeftButton)
    popover = panel.foot._popover
    assert popover.isVisible()
    words = [label.text() for label in popover.findChildren(QLabel)]
    assert words[words.index("Marked in this worklist") + 1] == f"4 of {COUNT}"
    assert words[words.index("Reading time (h:min)") + 1] == "0:01"


def test_the_list_is_painted_in_both_themes(panel, model):
    model.set_elsewhere({FOLDER / NAMES[3]: "Eve"})
    panel.set_order(Order("uncertainty", by_patient=True))
    for theme in (DARK, LIGHT):
        panel.set_theme(theme)
        picture = panel.grab().toImage()
        assert picture.pixelColor(5, picture.height() - 60).isValid()


def test_the_order_is_remembered(panel):
    preferences = Preferences(Settings(worklist_order=("percent", "turned", "by-patient")))
    remember_order(panel, preferences)
    assert panel._model.order == Order("percent", turned=True, by_patient=True)
    panel.set_order(Order("day"))
    assert preferences.settings.worklist_order == ("day",)
    assert order_of(("gone", "turned")) == Order("name", turned=True)
    assert order_of(()) == Order()
    assert words_of(Order("day", turned=True)) == ("day", "turned")


def test_the_buttons_stay_where_they_are_when_fewer_films_need_the_reader(panel, model):
    button = panel.findChild(QPushButton, "worklist.filter")
    before = button.geometry()
    assert "58" in panel.needed.text()
    model.set_reader(Reader("Rea", "reviewer"))
    assert "1" in panel.needed.text()
    assert "58" not in panel.needed.text()
    panel.layout().activate()
    assert button.geometry() == before


def test_a_screen_reader_finds_a_list_of_films(panel):
    told = QAccessible.queryAccessibleInterface(panel.list)
    assert told.role() == QAccessible.Role.List
    assert told.childCount() == COUNT
    name = told.child(1).text(QAccessible.Text.Name)
    assert name == "film 1.png, P0, returned, opacity 1.0 %"


def test_a_narrow_panel_keeps_all_its_buttons(panel):
    panel.set_order(Order("uncertainty"))
    panel.resize(190, 500)
    panel.grab()
    for button in (panel.needed, panel._filter_button, panel._order_button):
        assert panel.rect().contains(button.geometry())
        assert button.width() >= 20
    assert panel._order_button.accessibleName() == "Order of the films: ↓ Uncertainty"
