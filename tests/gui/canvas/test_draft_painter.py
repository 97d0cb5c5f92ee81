"""A draft repaints what changed about it, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QPainter

from opacity_studio.gui.canvas.draft_painter import changed_area, draw_draft
from opacity_studio.gui.canvas.ruler_painter import ruler_area
from opacity_studio.gui.canvas.view_transform import ViewTransform
from opacity_studio.review.draft import NOTHING, Draft, Handles, Ring, Ruler

VIEW = ViewTransform(2.0, 10.0, 20.0)
SCREEN = QRect(0, 0, 900, 900)
RING = np.array([[0.0, 0.0], [300.0, 0.0], [300.0, 300.0], [0.0, 300.0]])


def handles(**marks: tuple[int, int] | None) -> Draft:
    return Draft(handles=(Handles(7, (RING,), **marks),))


def where(x: float, y: float) -> QPoint:
    return QPoint(*(round(value) for value in VIEW.to_view(x, y)))


def test_the_same_draft_changes_nothing():
    assert changed_area(handles(), handles(), VIEW, 1.0, SCREEN).isEmpty()
    assert changed_area(NOTHING, NOTHING, VIEW, 1.0, SCREEN).isEmpty()


def test_from_one_vertex_to_the_next_two_handles_change():
    area = changed_area(handles(hovered=(0, 0)), handles(hovered=(0, 2)), VIEW, 1.0, SCREEN)
    assert area.contains(where(0, 0))
    assert area.contains(where(300, 300))
    assert not area.contains(where(300, 0))
    assert sum(r.width() * r.height() for r in area) < 3000


def test_another_outline_changes_all_of_both():
    moved = Draft(handles=(Handles(7, (RING + 100,)),))
    area = changed_area(handles(), moved, VIEW, 1.0, SCREEN)
    assert area.contains(where(0, 0))
    assert area.contains(where(400, 400))


@pytest.mark.parametrize(
    "draft",
    [
        Draft(path=RING),
        Draft(points=RING),
        Draft(rubber=((0.0, 0.0), (300.0, 300.0))),
        Draft(band=(300.0, 300.0, 0.0, 0.0)),
        Draft(proposal=(RING,)),
        Draft(foreground=RING),
        Draft(background=RING),
        Draft(ring=Ring(150.0, 150.0, 150.0)),
        handles(),
    ],
)
def test_what_comes_or_goes_is_painted_whole(draft):
    for old, new in ((NOTHING, draft), (draft, NOTHING)):
        area = changed_area(old, new, VIEW, 1.0, SCREEN)
        assert area.contains(where(0, 0))
        assert area.contains(where(300, 300))


@pytest.mark.parametrize("name", ["insertion", "snap"])
def test_a_marker_changes_where_it_was_and_where_it_is(name):
    area = changed_area(
        Draft(**{name: (5.0, 5.0)}), Draft(**{name: (200.0, 5.0)}), VIEW, 1.0, SCREEN
    )
    assert area.contains(where(5, 5))
    assert area.contains(where(200, 5))
    assert not area.contains(where(100, 5))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ((20.0, 200.0), (430.0, 200.0)),
        ((430.0, 200.0), (0.0, 200.0)),
        ((20.0, 20.0), (430.0, 435.0)),
        ((430.0, 430.0), (0.0, -8.0)),
    ],
)
def test_a_length_is_read_whole_wherever_the_line_ends(qapp, start, end):
    ruler = Ruler(start, end, "960 px · spacing not known")
    line = ruler_area(Ruler(start, end, ""), VIEW, 1.0, SCREEN)
    area = ruler_area(ruler, VIEW, 1.0, SCREEN)
    assert area.width() >= 100
    assert SCREEN.adjusted(-9, -9, 9, 9).contains(area.united(line).toRect())


@pytest.mark.parametrize("vertices", [8, 100, 250])
def test_handles_of_close_vertices_leave_the_edge_between_them_in_sight(vertices: int):
    angles = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    ring = 200 + 150 * np.column_stack((np.cos(angles), np.sin(angles)))
    picture = QImage(SCREEN.size(), QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(0)
    painter = QPainter(picture)
    draw_draft(painter, Draft(handles=(Handles(7, (ring,)),)), VIEW, 1.0, SCREEN, view=SCREEN)
    painter.end()

    def painted(points: np.ndarray) -> float:
        places = [where(x, y) for x, y in points]
        return float(np.mean([picture.pixelColor(place).alpha() > 127 for place in places]))

    assert painted(ring) == 1
    assert painted((ring + np.roll(ring, -1, axis=0)) / 2) < 0.1
