"""Two windows at one folder: each sees who else is there and what they save, and undoes its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt

from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.files.annotation_store import load_annotation
from opacity_studio.files.hidden_folder import HIDDEN_FOLDER
from opacity_studio.files.lease import folder_of
from opacity_studio.files.settings import Settings
from opacity_studio.gui.sharing.open_elsewhere import OpenElsewhere
from tests.window_fixtures import Desk

ADA = Settings(reader_name="Ada")
REA = Settings(reader_name="Rea", reader_role="reviewer")


def two_windows(make_desk: Callable[..., Desk], films: Path) -> tuple[Desk, Desk]:
    ada, rea = make_desk(settings=ADA), make_desk(settings=REA)
    for desk in (ada, rea):
        desk.open(films / "film 1.png")
    return ada, rea


def draw(desk: Desk, *corners: tuple[float, float]) -> None:
    """Draw a polygon corner by corner."""
    desk.window.activateWindow()
    desk.key(Qt.Key.Key_P)
    for x, y in corners:
        desk.click(x, y)
    desk.key(Qt.Key.Key_Return)
    desk.key(Qt.Key.Key_V)


def look(desk: Desk) -> None:
    elsewhere = desk.window.findChild(OpenElsewhere)
    assert elsewhere is not None
    elsewhere.look()


def outlines(desk: Desk) -> int:
    return len(desk.window.session.annotation.shapes)


def test_a_film_open_elsewhere_is_shown_as_such(make_desk: Callable[..., Desk], films: Path):
    ada, rea = two_windows(make_desk, films)

    def told() -> bool:
        look(rea)
        return "also open at Ada" in rea.message

    rea.wait(told)
    assert f"since {datetime.now().astimezone():%H:}" in rea.message
    ada.window.open_path(films / "film 2.png")
    ada.wait_for_film("film 2.png")

    def gone() -> bool:
        look(rea)
        return rea.message == ""

    rea.wait(gone)
    index = rea.window.desk.films.index(1, 0)
    assert "Ada" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    ada.window.close_anyway()
    rea.wait(lambda: len(list(folder_of(films).iterdir())) == 1)
    rea.window.close_anyway()
    assert not (films / HIDDEN_FOLDER).exists()


def test_what_the_other_one_saves_appears_and_undo_leaves_it_alone(
    make_desk: Callable[..., Desk], films: Path
):
    ada, rea = two_windows(make_desk, films)
    draw(rea, (120, 250), (160, 250), (160, 300))
    rea.wait_until_saved()
    ada.wait(lambda: outlines(ada) == 1)
    draw(ada, (400, 250), (450, 250), (450, 300))
    ada.wait_until_saved()
    rea.wait(lambda: outlines(rea) == 2)
    assert "changed by Ada; that is taken in (1 outline added)" in rea.message

    # Rea takes back her own outline; Ada's stays, here and on disk.
    assert rea.window.session.undo_label is not None
    rea.act("edit.undo")
    assert [shape.points[0, 0] > 300 for shape in rea.window.session.annotation.shapes] == [True]
    assert rea.window.session.undo_label is None
    rea.wait_until_saved()
    saved = load_annotation(films / "film 1.png").annotation
    assert [shape.points[0, 0] > 300 for shape in saved.shapes] == [True]
    ada.wait(lambda: outlines(ada) == 1)
    rea.act("edit.redo")
    assert outlines(rea) == 2
    rea.wait_until_saved()
    ada.wait(lambda: outlines(ada) == 2)


def test_an_approval_in_one_window_locks_the_film_in_the_other(
    make_desk: Callable[..., Desk], films: Path
):
    ada, rea = two_windows(make_desk, films)
    draw(ada, (400, 250), (450, 250), (450, 300))
    ada.window.session.mark_done(datetime.now().astimezone(), "test")
    ada.wait_until_saved()
    rea.wait(lambda: rea.window.session.annotation.status is ReviewStatus.ANNOTATED)
    assert rea.window.session.approve(datetime.now().astimezone(), "test") is None
    rea.wait_until_saved()
    ada.wait(lambda: ada.window.session.is_locked)
    assert "changed by Rea; that is taken in (approved)" in ada.message
    before = ada.window.session.annotation
    ada.click(440, 262)
    ada.key(Qt.Key.Key_Delete)
    assert ada.window.session.annotation is before


def test_what_the_other_one_marks_shows_in_the_list(make_desk: Callable[..., Desk], films: Path):
    ada, rea = two_windows(make_desk, films)
    ada.window.open_path(films / "film 2.png")
    ada.wait_for_film("film 2.png")
    assert ada.window.session.mark_no_opacity(datetime.now().astimezone(), "test") is None
    ada.wait_until_saved()
    rea.window.activateWindow()
    rows = rea.window.desk.films
    rea.wait(lambda: rows.summary_of(films / "film 2.png").status is ReviewStatus.ANNOTATED)
