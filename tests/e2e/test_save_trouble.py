"""A disk that takes no more, met with a real mouse: nothing is lost, all is saved in the end."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPushButton

from opacity_studio.files.hidden_folder import HIDDEN_FOLDER
from opacity_studio.gui.saving.autosave import Saved
from tests.poor_disks import as_somebody_else, fill
from tests.window_fixtures import PATCH, Desk, draw_film

LEFT = Qt.MouseButton.LeftButton


def two_films(folder: Path) -> Path:
    for number in (1, 2):
        draw_film(folder / f"film {number}.png")
    return folder


def on_disk(folder: Path) -> list[list[list[float]]]:
    saved = json.loads((folder / "film 1.json").read_text())
    return [shape["points"] for shape in saved["shapes"]]


def in_view(desk: Desk) -> list[list[list[float]]]:
    return [shape.points.tolist() for shape in desk.window.session.annotation.shapes]


def drag_a_vertex(desk: Desk) -> None:
    (shape,) = desk.window.session.annotation.labelled("opacity")
    x, y = shape.points[0]
    before = in_view(desk)
    desk.drag((x, y), (x + (12 if x > PATCH[0] else -12), y + 5))
    assert in_view(desk) != before


def press(desk: Desk, name: str) -> None:
    """Click a button of the message bar where it is."""

    def in_sight() -> list[QPushButton]:
        buttons = desk.window.area.messages.findChildren(QPushButton, f"message.{name}")
        return [button for button in buttons if button.isVisible()]

    desk.wait(lambda: len(in_sight()) == 1)
    (button,) = in_sight()
    QTest.mouseClick(button, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(8, 8))


def click_row(desk: Desk, row: int) -> None:
    films = desk.window.worklist.list
    where = films.visualRect(films.model().index(row, 0)).center()
    QTest.mouseClick(films.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, where)


def is_held(desk: Desk, *, wording: str) -> None:
    """The film stays in view with its edits, and one sentence says why and what to do."""
    assert desk.window.desk.current.name == "film 1.png"
    assert desk.window.worklist.list.currentIndex().row() == 0
    assert desk.window.session.is_modified
    assert desk.window.autosave.state is Saved.FAILED
    assert desk.window.windowTitle().endswith("•")
    assert desk.message.startswith("film 1.json ")
    assert wording in desk.message
    assert desk.message.count(".") == 2  # the suffix and the full stop
    assert desk.window.area.messages.isVisible()


def failed_to_save(desk: Desk) -> None:
    """Wait for the autosave of an edit to have failed."""
    desk.wait(lambda: desk.window.autosave.state is Saved.FAILED)


def opened_and_saved(desk: Desk, folder: Path) -> list[list[list[float]]]:
    desk.open(two_films(folder))
    desk.click(*PATCH)
    desk.double_click(*PATCH)
    desk.wait_until_saved()
    assert on_disk(folder) == in_view(desk) != []
    return on_disk(folder)


def test_a_full_disk_is_said_and_the_edit_is_saved_once_there_is_room(desk: Desk, small_disk: Path):
    before = opened_and_saved(desk, small_disk)
    ballast = fill(small_disk)
    drag_a_vertex(desk)
    failed_to_save(desk)
    is_held(desk, wording="the disk is full")
    assert on_disk(small_disk) == before

    # Neither the keyboard nor the list leads away from outlines that are nowhere but here.
    edited = in_view(desk)
    desk.key(Qt.Key.Key_D)
    failed_to_save(desk)
    is_held(desk, wording="the disk is full")
    click_row(desk, 1)
    failed_to_save(desk)
    is_held(desk, wording="the disk is full")
    assert in_view(desk) == edited

    # And the work goes on meanwhile.
    drag_a_vertex(desk)
    desk.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert in_view(desk) == edited
    desk.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    failed_to_save(desk)
    assert on_disk(small_disk) == before
    assert {path.name for path in small_disk.iterdir()} == {
        *("ballast", "film 1.png", "film 2.png", "film 1.json", HIDDEN_FOLDER),
    }

    ballast.unlink()
    press(desk, "retry")
    desk.wait_until_saved()
    assert on_disk(small_disk) == in_view(desk) != edited
    assert desk.message == ""
    desk.key(Qt.Key.Key_D)
    desk.wait_for_film("film 2.png")


def test_once_there_is_room_going_on_is_enough(desk: Desk, small_disk: Path):
    opened_and_saved(desk, small_disk)
    ballast = fill(small_disk)
    drag_a_vertex(desk)
    edited = in_view(desk)
    failed_to_save(desk)
    ballast.unlink()
    desk.key(Qt.Key.Key_D)
    desk.wait_for_film("film 2.png")
    assert on_disk(small_disk) == edited
    assert desk.message == ""


def test_a_film_is_marked_only_once_that_is_on_disk(desk: Desk, small_disk: Path):
    opened_and_saved(desk, small_disk)
    # Without lungs Enter would ask for them first.
    desk.act("prediction.accept-lungs")
    desk.wait_until_saved()
    before = on_disk(small_disk)
    ballast = fill(small_disk)
    drag_a_vertex(desk)
    desk.key(Qt.Key.Key_Return)
    failed_to_save(desk)
    is_held(desk, wording="the disk is full")
    assert on_disk(small_disk) == before
    ballast.unlink()
    press(desk, "retry")
    desk.wait_until_saved()
    saved = json.loads((small_disk / "film 1.json").read_text())
    assert saved["opacity_studio"]["status"] == "annotated"


heeds_modes = pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0,
    reason="file modes do not concern this user; the last test here runs it as one they do",
)


@heeds_modes
def test_in_a_read_only_folder_the_edits_are_held_and_can_go_elsewhere(desk: Desk, tmp_path: Path):
    films = tmp_path / "films"
    films.mkdir()
    before = opened_and_saved(desk, films)
    kept = tmp_path / "kept.json"
    with read_only(films):
        drag_a_vertex(desk)
        edited = in_view(desk)
        failed_to_save(desk)
        is_held(desk, wording="permission is denied")
        desk.key(Qt.Key.Key_D)
        failed_to_save(desk)
        is_held(desk, wording="permission is denied")

        name_the_file(desk, kept)
        press(desk, "save-elsewhere")
        desk.wait(lambda: "kept.json" in desk.message)
        assert not desk.window.session.is_modified
        # No window manager is there to make the window the active one again.
        desk.window.activateWindow()
        desk.wait(desk.window.isActiveWindow)
        desk.key(Qt.Key.Key_D)
        desk.wait_for_film("film 2.png")
    copy = json.loads(kept.read_text())
    assert [shape["points"] for shape in copy["shapes"]] == edited
    assert copy["imageData"]
    assert on_disk(films) == before
    assert sorted(path.name for path in films.iterdir()) == [
        *(HIDDEN_FOLDER, "film 1.json", "film 1.png", "film 2.png"),
    ]


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    folder.chmod(0o555)
    try:
        yield
    finally:
        folder.chmod(0o755)


def name_the_file(desk: Desk, path: Path) -> None:
    """Type `path` into the file dialog that is about to open, and press Enter."""
    dialog = QApplication.activeModalWidget()
    if dialog is None:
        QTimer.singleShot(20, desk.window, lambda: name_the_file(desk, path))
        return
    assert isinstance(dialog, QFileDialog)
    field = dialog.findChild(QLineEdit)
    field.setText(str(path))
    QTest.keyClick(field, Qt.Key.Key_Return)


@heeds_modes
def test_edits_of_a_read_only_folder_can_be_given_up_and_taken_back(desk: Desk, tmp_path: Path):
    films = tmp_path / "films"
    films.mkdir()
    before = opened_and_saved(desk, films)
    with read_only(films):
        drag_a_vertex(desk)
        edited = in_view(desk)
        failed_to_save(desk)
        press(desk, "give-up")
        assert in_view(desk) == before
        assert desk.message == ""
        desk.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert in_view(desk) == edited
        failed_to_save(desk)
        is_held(desk, wording="permission is denied")
    press(desk, "retry")
    desk.wait_until_saved()
    assert np.allclose(on_disk(films), edited)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="run above, as this user")
def test_the_same_as_a_user_whom_file_modes_concern(public_folder: Path):
    public_folder.chmod(0o777)
    done = subprocess.run(
        [
            *as_somebody_else(),
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__),
            *("-k", "read_only", "--basetemp", str(public_folder / "tests")),
        ],
        env={**os.environ, "HOME": str(public_folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert "2 passed" in done.stdout, done.stdout[-3000:]
