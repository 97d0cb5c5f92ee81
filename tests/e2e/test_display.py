"""The display in the real window: presets, panel, flip, measure, what is remembered."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from opacity_studio.domain.display import default_window
from opacity_studio.domain.presentation import AS_STORED
from opacity_studio.files.presentations import load_presentations
from tests.files.dicom_files import dicom_film
from tests.window_fixtures import HEIGHT, WIDTH, Desk, draw_film

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def deep_pixels() -> np.ndarray:
    """Return a 16-bit chest; its lungs span 4,000 neighbouring values, one a column and row."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    pixels = np.full((HEIGHT, WIDTH), 28_000, np.uint16)
    ramp = 10_000 + 5 * x + y
    for centre in (200, 440):
        inside = ((x - centre) / 90) ** 2 + ((y - 330) / 210) ** 2 < 1
        pixels[inside] = ramp[inside]
    return pixels


@pytest.fixture
def deep_film(tmp_path: Path) -> Path:
    folder = tmp_path / "deep"
    folder.mkdir()
    done, data = cv2.imencode(".png", deep_pixels())
    assert done
    (folder / "deep.png").write_bytes(data.tobytes())
    return folder / "deep.png"


def greys(desk: Desk, *, part: tuple[int, int, int, int] = (120, 200, 160, 250)) -> np.ndarray:
    """Return the greys on the screen over a part of the image: left, top, width, height."""
    view = desk.window.view
    view.set_all_overlays_hidden(True)
    view.finish_painting()
    picture = view.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    view.set_all_overlays_hidden(False)
    whole = np.array(picture.constBits(), np.uint8).reshape(picture.height(), -1)
    left, top, width, height = part
    first, last = desk.place(left, top), desk.place(left + width, top + height)
    columns = sorted((first.x(), last.x()))
    return whole[first.y() : last.y(), columns[0] : columns[1]]


def press(desk: Desk, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
    desk.window.view.setFocus()
    desk.key(key, modifiers)


def test_presets_windows_by_the_lungs_by_half_of_that_by_everything_and_by_the_file(
    desk: Desk, deep_film: Path
):
    desk.open(deep_film)
    view = desk.window.view
    own = view.grey_window
    press(desk, Qt.Key.Key_W)
    lungs = view.grey_window
    assert 9_000 < lungs.centre < 15_000
    assert lungs.width < own.width
    press(desk, Qt.Key.Key_W, SHIFT)
    assert view.grey_window.width == pytest.approx(lungs.width / 2)
    assert view.grey_window.centre == lungs.centre
    press(desk, Qt.Key.Key_W, CONTROL | SHIFT)
    pixels = desk.window.session.radiograph.pixels
    assert view.grey_window.width == int(pixels.max()) - int(pixels.min()) + 1
    press(desk, Qt.Key.Key_0)
    assert view.grey_window == own
    assert view.presentation == AS_STORED


def test_narrowing_the_window_shows_grey_levels_that_eight_bits_would_merge(
    desk: Desk, deep_film: Path
):
    desk.open(deep_film)
    view = desk.window.view
    view.zoom_to_pixels()
    middle = int(desk.window.session.radiograph.pixels[330, 200])
    seen = set()
    # What lies between black and white of each narrow window is told apart on the screen.
    for centre in range(middle - 400, middle + 400, 200):
        view.set_window(type(view.grey_window)(centre, 201))
        shown = greys(desk)
        inside = shown[(shown > 0) & (shown < 255)]
        seen |= {(centre, int(grey)) for grey in np.unique(inside)}
    assert len(seen) > 600
    view.set_window(default_window(desk.window.session.radiograph))
    assert len(np.unique(greys(desk))) <= 256


def test_both_polarities_of_a_dicom_film_look_alike(desk: Desk, tmp_path: Path):
    values = (deep_pixels() // 8).astype(np.uint16)
    top = (1 << 12) - 1
    folder = tmp_path / "polarities"
    folder.mkdir()
    plain = dicom_film(values, WindowCenter=1800, WindowWidth=1600)
    turned = dicom_film(
        top - values,
        PhotometricInterpretation="MONOCHROME1",
        WindowCenter=top - 1800 + 1,
        WindowWidth=1600,
    )
    (folder / "a.dcm").write_bytes(plain)
    (folder / "b.dcm").write_bytes(turned)
    shown = []
    for name in ("a.dcm", "b.dcm"):
        desk.open(folder / name)
        shown.append(greys(desk).astype(int))
    assert shown[0].std() > 10
    assert abs(shown[0] - shown[1]).max() <= 1


def test_a_window_is_typed_in_the_files_own_values(desk: Desk, tmp_path: Path):
    path = tmp_path / "film.dcm"
    pixels = (deep_pixels() // 8).astype(np.uint16)
    path.write_bytes(
        dicom_film(
            pixels,
            RescaleSlope=2,
            RescaleIntercept=-1000,
            WindowCenter=2000,
            WindowWidth=4000,
        )
    )
    desk.open(path)
    press(desk, Qt.Key.Key_W, CONTROL)
    panel = desk.window._image.panel
    assert panel.isVisible()
    assert panel.centre.value() == pytest.approx(2000, abs=1)
    QTest.keyClicks(panel.centre, "1500")
    QTest.keyClick(panel.centre, Qt.Key.Key_Tab)
    QTest.keyClicks(panel.width_field, "800")
    QTest.keyClick(panel.width_field, Qt.Key.Key_Return)
    window = desk.window.view.grey_window
    assert window.centre == pytest.approx((1500 + 1000) / 2)
    assert window.width == pytest.approx(400)
    # Enter in the field is for the field: the film is neither marked nor left.
    assert desk.window.desk.current.name == "film.dcm"
    assert desk.window.session.annotation.review is None
    QTest.keyClick(panel.width_field, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert desk.window.view.hasFocus()


def test_gamma_invert_and_local_contrast_by_key_and_back(desk: Desk, deep_film: Path):
    desk.open(deep_film)
    press(desk, Qt.Key.Key_W)
    plain = greys(desk).astype(int)
    for _ in range(4):
        press(desk, Qt.Key.Key_Period)
    assert desk.window.view.presentation.gamma == pytest.approx(1.4)
    assert greys(desk).mean() > plain.mean() + 10
    press(desk, Qt.Key.Key_Comma)
    press(desk, Qt.Key.Key_I)
    assert desk.window.actions_by_id["view.invert"].isChecked()
    press(desk, Qt.Key.Key_0, ALT)
    assert desk.window.view.presentation == AS_STORED
    assert not desk.window.actions_by_id["view.invert"].isChecked()
    before = greys(desk).astype(int)
    press(desk, Qt.Key.Key_I, SHIFT)
    desk.wait(lambda: abs(greys(desk).astype(int) - before).max() > 5)
    press(desk, Qt.Key.Key_I, SHIFT)
    assert np.array_equal(greys(desk), before)


def test_a_mirrored_film_is_flipped_on_the_screen_and_stays_in_the_file(desk: Desk, films: Path):
    desk.open(films / "film 2.png")
    left_of_screen = desk.place(160, 300).x()
    press(desk, Qt.Key.Key_H, SHIFT)
    assert desk.place(160, 300).x() > left_of_screen
    assert desk.window.view._captions.sides == ("L", "R")
    press(desk, Qt.Key.Key_P)
    corners = [(160, 260), (240, 260), (240, 330), (160, 330)]
    for corner in corners:
        desk.click(*corner)
    press(desk, Qt.Key.Key_Return)
    (drawn,) = desk.window.session.annotation.labelled("opacity")
    assert drawn.points == pytest.approx(np.array(corners, float), abs=1.0)


def test_fit_lungs_shows_what_is_outlined_else_what_is_predicted(desk: Desk, films: Path):
    desk.open(films)
    lungs = desk.window.session.predicted_lungs
    assert lungs
    zoom = desk.window.view.zoom
    press(desk, Qt.Key.Key_L)
    assert desk.window.view.zoom > zoom
    points = np.concatenate([lung.points for lung in lungs])
    top, bottom = desk.place(0, points[:, 1].min()).y(), desk.place(0, points[:, 1].max()).y()
    height = desk.window.view.height()
    assert 0 <= top < 0.1 * height
    assert 0.9 * height < bottom <= height


def test_a_film_is_shown_as_it_was_left_and_a_worklist_as_the_person_chose(
    desk: Desk, make_desk, films: Path
):
    # Not the same file as the first: a film is known by its bytes, whatever it is called.
    picture = cv2.imread(str(films / "film 3.png"), cv2.IMREAD_UNCHANGED)
    picture[:4, :4] = 99
    cv2.imwrite(str(films / "film 3.png"), picture)
    desk.open(films)
    press(desk, Qt.Key.Key_I)
    press(desk, Qt.Key.Key_Period)
    press(desk, Qt.Key.Key_D)
    desk.wait_for_film("film 2.png")
    view = desk.window.view
    assert view.presentation == AS_STORED
    press(desk, Qt.Key.Key_W)
    press(desk, Qt.Key.Key_Comma)
    desk.act("view.keep-display")
    lungs = view.grey_window
    press(desk, Qt.Key.Key_D)
    desk.wait_for_film("film 3.png")
    assert view.presentation.preset == "lungs"
    assert view.presentation.gamma == pytest.approx(0.9)
    assert view.grey_window != lungs  # worked out for this film's own lungs
    assert desk.window.actions_by_id["view.keep-display"].isChecked()
    press(desk, Qt.Key.Key_A)
    press(desk, Qt.Key.Key_A)
    desk.wait_for_film("film 1.png")
    assert view.presentation.inverted
    assert view.presentation.gamma == pytest.approx(1.1)

    desk.window.close()
    assert len(load_presentations().films) == 2
    again = make_desk()
    again.open(films)
    assert again.window.view.presentation.inverted
    assert again.window.actions_by_id["view.invert"].isChecked()
    again.act("view.keep-display")
    press(again, Qt.Key.Key_D)
    press(again, Qt.Key.Key_D)
    again.wait_for_film("film 3.png")
    assert again.window.view.presentation == AS_STORED


def test_a_distance_is_shown_in_millimetres_and_changes_nothing(desk: Desk, tmp_path: Path):
    path = tmp_path / "film.dcm"
    path.write_bytes(dicom_film((deep_pixels() // 8).astype(np.uint16), PixelSpacing=[0.2, 0.2]))
    desk.open(path)
    press(desk, Qt.Key.Key_M, SHIFT)
    assert desk.window.view.tool == "measure"
    before = desk.window.view.grab().toImage()
    desk.drag((200, 300), (300, 300))
    ruler = desk.window.view._tool.draft.ruler
    assert ruler.text.startswith(("19.", "20."))
    assert ruler.text.endswith("px")
    assert desk.window.view.grab().toImage() != before
    assert desk.window.session.undo_label is None
    press(desk, Qt.Key.Key_Escape)
    assert desk.window.view._tool.draft.ruler is None
    assert desk.window.view.tool == "measure"


def test_the_status_line_says_pixel_value_and_millimetres(desk: Desk, tmp_path: Path):
    pixels = (deep_pixels() // 8).astype(np.uint16)
    path = tmp_path / "film.dcm"
    path.write_bytes(dicom_film(pixels, PixelSpacing=[0.2, 0.1]))
    desk.open(path)
    QTest.mouseMove(desk.window.view, desk.place(200.5, 300.5))
    label = desk.window.status.findChild(QLabel, "status.pointer")
    desk.wait(lambda: bool(label.text()))
    x, y = desk.window.view.widget_to_image(desk.place(200.5, 300.5))
    value = pixels[int(y), int(x)]
    assert label.text() == f"{x * 0.1:.1f} × {y * 0.2:.1f} mm · x {int(x)} y {int(y)} · {value}"
    assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width()


def test_the_next_film_takes_the_measured_line_away(desk: Desk, films: Path):
    desk.open(films)
    press(desk, Qt.Key.Key_M, SHIFT)
    desk.drag((200, 300), (300, 300))
    assert desk.window.view._tool.draft.ruler.text.endswith("spacing not known")
    press(desk, Qt.Key.Key_D)
    desk.wait_for_film("film 2.png")
    assert desk.window.view._tool.draft.ruler is None


def test_a_worklists_lung_window_waits_for_the_prediction(desk: Desk, films: Path):
    desk.open(films)
    desk.act("view.auto-window")
    desk.act("view.keep-display")
    draw_film(films / "film 4.png")
    desk.open(films / "film 4.png")
    desk.wait(lambda: bool(desk.window.session.predicted_lungs))
    by_lungs = desk.window.view.grey_window
    desk.act("view.auto-window")
    assert desk.window.view.grey_window == by_lungs


def test_z_held_in_the_window_is_a_lens(desk: Desk, films: Path):
    desk.open(films)
    view = desk.window.view
    view.setFocus()
    QTest.mouseMove(view, desk.place(320, 330))
    before = view.grab().toImage()
    QTest.keyPress(view, Qt.Key.Key_Z)
    assert view.grab().toImage() != before
    QTest.keyRelease(view, Qt.Key.Key_Z)
    assert view.grab().toImage() == before
