"""The measurement panel: always there, open where it was left open, steady while one drags."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from opacity_studio.domain.labels import OPACITY, RIGHT_LUNG
from opacity_studio.domain.measurement import Measurement, Zones
from opacity_studio.domain.shape import Shape
from opacity_studio.files.settings import Settings, load_settings
from opacity_studio.gui.look.theme import DARK
from opacity_studio.gui.measuring import measurement_panel
from opacity_studio.gui.measuring.details import area_text
from opacity_studio.gui.measuring.figures import Figures
from opacity_studio.gui.measuring.measurement_panel import MeasurementPanel
from tests.window_fixtures import Desk

YOU = Measurement(
    opacity_percent=20.44,
    right_percent=9.3,
    left_percent=100.0,
    right_zones=Zones(0.0, 15.25, None),
    opacity_area=156_892.4,
    lung_area=768_442.0,
    regions=2,
)


@pytest.fixture
def panel(qtbot) -> MeasurementPanel:
    made = MeasurementPanel(DARK, None)
    qtbot.addWidget(made)
    made.resize(256, made.sizeHint().height())
    made.show()
    return made


def text(panel: MeasurementPanel, name: str) -> str:
    return panel.findChild(QLabel, name).text()


def open_details(panel: MeasurementPanel) -> None:
    QTest.mouseClick(panel._toggle, Qt.MouseButton.LeftButton)


def test_percentages_are_always_there_and_details_on_demand(panel: MeasurementPanel):
    panel.show_figures(Figures(YOU))
    assert text(panel, "measure.both.you") == "20.4 %"
    assert text(panel, "measure.right.you") == "9.3 %"
    assert text(panel, "measure.both.model") == "–"
    assert not panel.details.isVisible()
    open_details(panel)
    assert panel.details.isVisible()
    assert text(panel, "measure.right.middle.you") == "15.2"
    assert text(panel, "measure.right.lower.you") == "–"
    assert text(panel, "measure.left.upper.you") == "–"
    assert text(panel, "measure.regions.you") == "2"
    assert text(panel, "measure.opacity_area.you").replace("\u202f", " ") == "156 892 px"
    assert text(panel, "measure.regions.model") == "–"
    open_details(panel)
    assert not panel.details.isVisible()


def test_areas_are_in_square_centimetres_where_the_spacing_is_known():
    known = Measurement(lung_area=500.0, lung_area_mm2=45_678.0)
    assert area_text(known, "lung_area") == "456.8 cm²"
    assert area_text(Measurement(lung_area=500.0), "lung_area") == "500 px"
    assert area_text(None, "lung_area") == "–"


def test_what_the_lungs_drawn_make_of_the_percentage_is_said(panel: MeasurementPanel):
    panel.show_figures(Figures(YOU, predicted_lungs=True))
    assert text(panel, "measure.note") == "measured in the predicted lungs"
    assert text(panel, "measure.elsewhere.you") == ""
    panel.show_figures(
        Figures(YOU, your_percent_in_predicted_lungs=22.7, models_percent_in_predicted_lungs=None)
    )
    assert text(panel, "measure.note") == "predicted lungs"
    assert text(panel, "measure.elsewhere.you") == "22.7 %"
    assert text(panel, "measure.elsewhere.model") == "–"
    panel.show_figures(Figures())
    assert text(panel, "measure.note") == ""


def test_a_long_note_is_cut_before_the_figures(panel: MeasurementPanel, monkeypatch):
    monkeypatch.setattr(measurement_panel, "tr", lambda text, **_values: text + " gemessen worden")
    panel.show_figures(Figures(YOU, your_percent_in_predicted_lungs=22.7))
    note = panel.findChild(QLabel, "measure.note")
    assert note.text().endswith("…")
    assert (
        note.toolTip()
        == "Opacity of both lungs, were the predicted ones the lung field gemessen worden"
    )
    figure = panel.findChild(QLabel, "measure.elsewhere.you")
    assert note.x() + note.fontMetrics().horizontalAdvance(note.text()) <= figure.x()


def test_nothing_moves_whatever_the_figures_are(panel: MeasurementPanel):
    open_details(panel)
    labels = panel.findChildren(QLabel)

    def places() -> list[tuple[int, ...]]:
        panel.layout().activate()
        return [
            label.geometry().getRect() for label in labels if label.objectName() != "measure.note"
        ]

    panel.show_figures(Figures())
    empty = places()
    full = Measurement(100.0, 100.0, 100.0, Zones(100.0, 100.0, 100.0), Zones(0.0, 0.0, 0.0))
    panel.show_figures(Figures(full, YOU, 1.0, 1.0, your_percent_in_predicted_lungs=100.0))
    assert places() == empty
    assert all(
        label.fontMetrics().horizontalAdvance(label.text()) <= label.width() for label in labels
    )


def test_it_opens_where_it_was_left_open(make_desk, films: Path):
    first: Desk = make_desk(settings=Settings(reader_name="Test Reader"))
    assert not first.window.side.measurement.details.isVisible()
    QTest.mouseClick(first.window.side.measurement._toggle, Qt.MouseButton.LeftButton)
    settings = load_settings()
    settings = getattr(settings, "settings", settings)
    again: Desk = make_desk(settings=settings)
    assert again.window.side.measurement.details.isVisible()


def test_open_on_a_low_screen_nothing_is_cut_off(desk: Desk, films: Path):
    desk.open(films)
    side = desk.window.side
    QTest.mouseClick(side.measurement._toggle, Qt.MouseButton.LeftButton)
    desk.wait(side.measurement.details.isVisible)
    desk.wait(lambda: side.measurement.height() >= side.measurement.sizeHint().height())
    parts = [side.measurement, side.prediction, side.tabs]
    for upper, lower in pairwise(parts):
        assert upper.geometry().bottom() < lower.geometry().top()
    assert side.tabs.height() >= side.tabs.minimumSizeHint().height()


def test_the_persons_lungs_are_held_against_the_predicted_ones(desk: Desk, films: Path):
    desk.open(films)
    session = desk.window.session
    found = session.prediction.found_lungs
    assert found == session.prediction.lungs
    left, top = found[0].points.min(axis=0)
    right, bottom = found[0].points.max(axis=0)
    drawn = Shape(RIGHT_LUNG, [[left, top], [right, top], [right, bottom], [left, bottom]])
    opacity = Shape(OPACITY, [[180, 340], [220, 340], [220, 380], [180, 380]])
    session.commit("Draw", session.annotation.adding(drawn, opacity))
    panel = side = desk.window.side.measurement
    desk.wait(lambda: text(side, "measure.note") == "predicted lungs")
    assert text(panel, "measure.elsewhere.you") not in ("", "–", text(panel, "measure.both.you"))
    desk.wait(lambda: session.prediction is not None and session.prediction.lungs_from_person)
    assert len(session.prediction.found_lungs) == len(found)
    desk.wait(lambda: text(side, "measure.note") == "predicted lungs")
