"""Killed, edited by two at once, regretted: no outline is lost, and nothing comes back unasked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from opacity_studio.domain.shape import Shape
from opacity_studio.files.annotation_store import load_annotation, save_annotation
from tests.window_fixtures import PATCH, Desk

CHILD = Path(__file__).with_name("drawing_child.py")
REPOSITORY = Path(__file__).resolve().parents[2]


def press(desk: Desk, name: str) -> None:
    """Click a button of the message bar."""

    def in_sight() -> list[QPushButton]:
        buttons = desk.window.area.messages.findChildren(QPushButton, f"message.{name}")
        return [button for button in buttons if button.isVisible()]

    desk.wait(lambda: len(in_sight()) == 1)
    QTest.mouseClick(in_sight()[0], Qt.MouseButton.LeftButton)


def journals() -> list[Path]:
    # Unlike a glob, a walk passes over folders that the window clears away meanwhile.
    root = Path(os.environ["XDG_DATA_HOME"]) / "opacity-studio" / "journal"
    return [
        Path(folder) / name
        for folder, _, names in os.walk(root)
        for name in names
        if name.endswith(".json")
    ]


def on_disk(films: Path) -> list[dict]:
    return json.loads((films / "film 1.json").read_text())["shapes"]


def shapes(desk: Desk) -> tuple[Shape, ...]:
    return desk.window.session.annotation.shapes


def drag_vertex(desk: Desk, label: str, by: tuple[float, float]) -> None:
    """Drag the first vertex of the first shape with `label`."""
    desk.act("tool.select")
    shape = desk.window.session.annotation.labelled(label)[0]
    desk.window.session.select({shape.key})
    x, y = shape.points[0]
    desk.drag((x, y), (x + by[0], y + by[1]))
    moved = desk.window.session.annotation.shape(shape.key)
    assert not np.array_equal(moved.points, shape.points)


# Killed -----------------------------------------------------------------------------------


def killed_while_drawing(films: Path, count: int) -> float:
    """Have the program killed in a stroke after `count`; returns the journal's delay in s."""
    with subprocess.Popen(
        [sys.executable, str(CHILD), str(films), str(count)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    ) as child:
        try:
            return float(child.stdout.readline())
        finally:
            child.kill()


def test_killed_in_a_stroke_the_program_offers_everything_before_it(make_desk, films: Path):
    killed_while_drawing(films, 3)
    assert not (films / "film 1.json").exists()
    desk = make_desk()
    # Started without a film, it says where unsaved edits are; nothing is opened unasked.
    desk.wait(lambda: "film 1.png" in desk.message and "were not saved" in desk.message)
    assert desk.window.desk.current is None
    press(desk, "open-unsaved")
    desk.wait_for_film("film 1.png")
    assert not shapes(desk)
    press(desk, "restore")
    assert len(shapes(desk)) == 3
    assert desk.message == ""
    session = desk.window.session
    assert session.undo() == "Restore unsaved edits"
    assert not shapes(desk)
    session.redo()
    desk.wait_until_saved()
    assert len(on_disk(films)) == 3
    desk.wait(lambda: not journals())


def test_unsaved_edits_can_be_discarded_and_are_offered_no_more(make_desk, films: Path):
    killed_while_drawing(films, 1)
    desk = make_desk()
    desk.open(films)
    press(desk, "discard")
    assert not shapes(desk)
    desk.wait(lambda: not journals())
    desk.key(Qt.Key.Key_D)
    desk.wait_for_film("film 2.png")
    desk.key(Qt.Key.Key_A)
    desk.wait_for_film("film 1.png")
    assert desk.message == ""
    assert not (films / "film 1.json").exists()


def test_unsaved_edits_are_restored_onto_what_others_did_since(make_desk, films: Path):
    killed_while_drawing(films, 2)
    file = load_annotation(films / "film 1.png", width=640, height=640)
    theirs = Shape("right_lung", [(300, 300), (400, 300), (350, 400)])
    save_annotation(file, file.annotation.adding(theirs))
    desk = make_desk()
    desk.open(films)
    press(desk, "restore")
    assert sorted(shape.label for shape in shapes(desk)) == ["opacity", "opacity", "right_lung"]


# Two at once ------------------------------------------------------------------------------


def test_two_windows_on_one_film_lose_nothing(make_desk, films: Path):
    one, other = make_desk(), make_desk()
    one.open(films)
    other.open(films)
    one.act("prediction.accept-lungs")
    one.wait_until_saved()
    # Noticed without a key pressed there, and said.
    other.wait(lambda: len(shapes(other)) == 2)
    assert "that is taken in (2 outlines added)" in other.message
    assert not other.window.session.is_modified
    # Both at the same time: the second save finds the first one's.
    one.window.autosave.set_delay(0.05)
    other.window.autosave.set_delay(0.05)
    drag_vertex(one, "right_lung", (-8, 5))
    other.click(*PATCH)
    one.wait(lambda: len(shapes(one)) == 3)
    other.wait(
        lambda: {s.outline_digest for s in shapes(one)} == {s.outline_digest for s in shapes(other)}
    )
    one.wait_until_saved()
    other.wait_until_saved()
    assert len(on_disk(films)) == 3
    for desk in (one, other):
        desk.wait(lambda desk=desk: not desk.window.session.is_modified)


@pytest.mark.parametrize(("choice", "count"), [("both", 2), ("mine", 1), ("theirs", 1)])
def test_an_outline_changed_by_both_is_for_the_person_to_choose(
    desk: Desk, films: Path, choice: str, count: int
):
    file = load_annotation(films / "film 1.png", width=640, height=640)
    first = Shape("opacity", [(300, 300), (400, 300), (350, 400)])
    file = save_annotation(file, file.annotation.adding(first))
    desk.open(films)
    desk.window.autosave.set_delay(3600)
    drag_vertex(desk, "opacity", (-20, -10))
    (mine,) = shapes(desk)
    theirs = first.with_outline([(300, 300), (400, 300), (360, 440)])
    saved = save_annotation(file, file.annotation.replacing(first.key, theirs))
    desk.wait(lambda: "choose whose to keep" in desk.message)
    assert shapes(desk) == (mine,)
    desk.act("file.save")
    desk.wait(lambda: not desk.window.autosave.is_saving)
    assert load_annotation(films / "film 1.png").digest == saved.digest
    press(desk, f"{'take' if choice == 'theirs' else 'keep'}-{choice}")
    assert desk.message == ""
    kept = {shape.outline_digest for shape in shapes(desk)}
    assert len(kept) == count
    assert kept <= {mine.outline_digest, theirs.outline_digest}
    if choice != "both":
        assert kept == {(mine if choice == "mine" else theirs).outline_digest}
    desk.window.autosave.flush()
    desk.wait_until_saved()
    assert len(on_disk(films)) == count


def test_what_nobody_chose_before_the_window_closed_is_offered_again(make_desk, films: Path):
    file = load_annotation(films / "film 1.png", width=640, height=640)
    first = Shape("opacity", [(300, 300), (400, 300), (350, 400)])
    file = save_annotation(file, file.annotation.adding(first))
    theirs = first.with_outline([(290, 320), (400, 300), (350, 400)])
    with subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.clashing_child", str(films)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    ) as child:
        try:
            assert child.stdout.readline() == "edited\n"
            save_annotation(file, file.annotation.replacing(first.key, theirs))
            mine = first.with_outline(json.loads(child.stdout.readline()))
            # What was asked can still be answered, and the window closed all the same.
            ways_out = child.stdout.readline().split()
            assert ways_out == ["close-anyway", "dismiss", "keep-both", "keep-mine", "take-theirs"]
            assert child.wait() == 0
        finally:
            child.kill()
    assert [shape["points"] for shape in on_disk(films)] == [theirs.points.tolist()]
    desk = make_desk()
    desk.open(films)
    press(desk, "restore")
    both = {mine.outline_digest, theirs.outline_digest}
    assert {shape.outline_digest for shape in shapes(desk)} == both
    desk.wait_until_saved()
    assert len(on_disk(films)) == 2
    desk.wait(lambda: not journals())


# Regretted --------------------------------------------------------------------------------


def test_an_earlier_version_is_seen_and_restored_as_one_step(desk: Desk, films: Path):
    file = load_annotation(films / "film 1.png", width=640, height=640)
    save_annotation(file, file.annotation.adding(Shape("opacity", [(9, 9), (90, 9), (50, 80)])))
    desk.open(films)
    desk.act("prediction.accept-lungs")
    desk.wait_until_saved()
    now = shapes(desk)
    desk.act("file.versions")
    versions = desk.window.safekeeping.versions
    desk.wait(lambda: versions.list.count() == 2)
    texts = [versions.list.item(row).text() for row in range(2)]
    assert "Test Reader" in texts[0]
    assert "3 outlines" in texts[0]
    assert "0.0 %" in texts[0]
    assert "found on disk" in texts[1]
    assert "1 outline ·" in texts[1]
    # The keyboard is enough: arrows show a version, Enter restores it.
    versions.list.setCurrentRow(0)
    QTest.keyClick(versions.list, Qt.Key.Key_Down)
    assert len(desk.window.session.shown_annotation.shapes) == 1
    assert shapes(desk) == now
    QTest.keyClick(versions.list, Qt.Key.Key_Return)
    assert len(shapes(desk)) == 1
    assert versions.isHidden()
    assert desk.window.session.undo_label.startswith("Restore version of today")
    desk.wait_until_saved()
    desk.act("edit.undo")
    assert shapes(desk) == now


def test_looking_at_versions_changes_nothing(desk: Desk, films: Path):
    desk.open(films)
    desk.act("prediction.accept-lungs")
    desk.act("file.versions")
    versions = desk.window.safekeeping.versions
    desk.wait(lambda: versions.list.count() == 1)
    versions.list.setCurrentRow(0)
    QTest.keyClick(versions.list, Qt.Key.Key_Escape)
    assert versions.isHidden()
    session = desk.window.session
    assert session.shown_annotation is session.annotation
    assert len(shapes(desk)) == 2
    # With the next film the list is gone.
    desk.act("file.versions")
    desk.key(Qt.Key.Key_D)
    desk.wait_for_film("film 2.png")
    assert versions.isHidden()
