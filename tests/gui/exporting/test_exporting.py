"""File, Export…: looked over, written beside the reading, stopped without a trace."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLabel, QLineEdit, QPushButton, QWidget

from opacity_studio.files.labelme_json import dump_annotation
from opacity_studio.gui.exporting.dialog import ExportDialog
from opacity_studio.gui.exporting.export_desk import suggested_place
from tests.export.films import chest, marked
from tests.window_fixtures import HEIGHT, WIDTH, Desk

CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def study(films: Path) -> Path:
    """Return the films, the first approved, the second unread, the third annotated."""
    for name, kinds in (("film 1", ("annotated", "approved")), ("film 3", ("annotated",))):
        annotation = replace(
            marked(chest(), *kinds),
            image_path=f"{name}.png",
            image_width=WIDTH,
            image_height=HEIGHT,
        )
        (films / f"{name}.json").write_bytes(dump_annotation(annotation))
    return films


@pytest.fixture
def dialog(desk: Desk, study: Path) -> ExportDialog:
    desk.open(study)
    return opened(desk)


def opened(desk: Desk) -> ExportDialog:
    """Press the keys of the export, and wait until the films are looked through."""
    desk.key(Qt.Key.Key_E, CONTROL_SHIFT)
    dialog = desk.window.review.exporting.dialog
    assert dialog is not None
    assert dialog.isVisible()
    desk.wait(lambda: text(dialog, "count") != "Reading…")
    return dialog


def part(dialog: ExportDialog, name: str) -> QWidget:
    found = dialog.findChild(QWidget, f"export.{name}")
    assert found is not None, name
    return found


def text(dialog: ExportDialog, name: str) -> str:
    label = part(dialog, name)
    assert isinstance(label, QLabel)
    return label.text()


def press(dialog: ExportDialog, name: str) -> None:
    button = part(dialog, name)
    assert isinstance(button, QAbstractButton)
    assert button.isEnabled()
    # A check box takes clicks on its words, which do not fill its width.
    place = QPoint(10, button.height() // 2)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def stays(dialog: ExportDialog) -> dict[str, str]:
    model = dialog.summary.table.model()
    return {
        model.index(row, 0).data(): model.index(row, 1).data() for row in range(model.rowCount())
    }


def go_to(dialog: ExportDialog, place: Path) -> None:
    field = part(dialog, "place")
    assert isinstance(field, QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, str(place))


def test_it_shows_what_goes_out_and_why_the_rest_stays(dialog: ExportDialog) -> None:
    assert text(dialog, "count") == "1 of 3 films"
    assert "1 approved" in text(dialog, "about")
    assert stays(dialog) == {
        "film 2.png": "not read yet",
        "film 3.png": "annotated, not approved",
    }
    press(dialog, "only.annotated")
    assert text(dialog, "count") == "2 of 3 films"
    assert stays(dialog) == {"film 2.png": "not read yet"}
    press(dialog, "split.patient")
    assert "to train on" in text(dialog, "about")


def test_what_was_chosen_is_written_and_can_be_opened(
    dialog: ExportDialog, desk: Desk, tmp_path: Path
) -> None:
    out = tmp_path / "data set"
    go_to(dialog, out)
    for name in ("format.masks", "format.csv", "only.annotated", "label.left_lung"):
        press(dialog, name)
    field = part(dialog, "new-label.opacity")
    assert isinstance(field, QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, "lesion")
    press(dialog, "start")
    desk.wait(lambda: not dialog.is_running)
    assert text(dialog, "notice") == "2 films exported."
    assert part(dialog, "open-folder").isVisible()
    manifest = json.loads((out / "manifest.json").read_bytes())
    assert manifest["order"]["formats"] == ["labelme", "masks", "csv"]
    assert manifest["order"]["labels"] == {"left_lung": "", "opacity": "lesion"}
    assert {path.name for path in (out / "masks").iterdir()} == {
        "indexed",
        "labels.json",
        "lesion",
        "right_lung",
    }


def test_the_film_in_view_goes_out_as_it_is_now(desk: Desk, study: Path, tmp_path: Path) -> None:
    desk.open(study / "film 3.png")
    dialog = opened(desk)
    go_to(dialog, tmp_path / "out")
    press(dialog, "only.all")
    session = desk.window.session
    session.commit("Clear", replace(session.annotation, shapes=session.annotation.shapes[:1]))
    press(dialog, "start")
    desk.wait(lambda: not dialog.is_running)
    document = json.loads((tmp_path / "out/films/film 3.json").read_bytes())
    assert len(document["shapes"]) == 1


def test_a_cancelled_export_leaves_nothing_and_says_so(
    dialog: ExportDialog, desk: Desk, tmp_path: Path
) -> None:
    go_to(dialog, tmp_path / "out")
    press(dialog, "start")
    press(dialog, "cancel")
    desk.wait(lambda: not dialog.is_running)
    assert text(dialog, "notice") == "Cancelled; nothing was left behind."
    assert not (tmp_path / "out").exists()
    press(dialog, "start")
    desk.wait(lambda: not dialog.is_running)
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_a_folder_with_other_files_is_refused_in_the_dialog(
    dialog: ExportDialog, desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    go_to(dialog, tmp_path / "mine")
    press(dialog, "start")
    desk.wait(lambda: not dialog.is_running)
    assert "holds other files" in text(dialog, "notice")
    assert not part(dialog, "open-folder").isVisible()


def test_nothing_can_be_started_without_a_format(dialog: ExportDialog) -> None:
    press(dialog, "format.labelme")
    assert not part(dialog, "start").isEnabled()
    press(dialog, "format.coco")
    assert part(dialog, "start").isEnabled()


def test_closing_the_window_ends_an_export_without_a_trace(
    dialog: ExportDialog, desk: Desk, tmp_path: Path
) -> None:
    go_to(dialog, tmp_path / "out")
    press(dialog, "start")
    desk.window.close()
    left = {path.name for path in tmp_path.iterdir()}
    assert not any("out" in name for name in left)


def test_a_closed_dialog_reads_anew_when_it_is_opened_again(
    dialog: ExportDialog, desk: Desk, study: Path
) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    (study / "film 3.json").unlink()
    desk.act("file.export")
    desk.wait(lambda: stays(dialog).get("film 3.png") == "not read yet")
    assert dialog.isVisible()


def test_without_films_there_is_nothing_to_export(desk: Desk) -> None:
    desk.act("file.export")
    assert desk.window.review.exporting.dialog is None


def test_every_control_has_a_name_and_a_tip(dialog: ExportDialog) -> None:
    controls = [
        *dialog.findChildren(QPushButton),
        *dialog.findChildren(QCheckBox),
        *dialog.findChildren(QLineEdit),
    ]
    assert len(controls) > 20
    for control in controls:
        assert control.objectName(), control
        assert control.accessibleName(), control.objectName()
        assert control.toolTip(), control.objectName()


def test_the_place_suggested_is_a_new_one(tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    assert suggested_place(folder) == tmp_path / "films-export"
    (tmp_path / "films-export").mkdir()
    assert suggested_place(folder) == tmp_path / "films-export-2"
