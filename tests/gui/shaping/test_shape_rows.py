"""The rows of the shapes panel: on which side each shape lies, and where its row stands."""

from __future__ import annotations

from opacity_studio.domain.shape import Shape
from opacity_studio.gui.shaping.shape_rows import ShapesModel, side_texts
from tests.review.desk import box

RIGHT, LEFT = box("right_lung", 0, 0, 100, 300), box("left_lung", 200, 0, 300, 300)
SHAPES = (
    box("opacity", 20, 20, 60, 60),
    box("opacity", 220, 20, 260, 60),
    Shape("note", [[5, 5], [60, 40]], shape_type="rectangle"),
)


def test_each_polygon_is_on_the_side_of_the_nearer_lung():
    texts = side_texts((RIGHT, *SHAPES, LEFT), (RIGHT, LEFT))
    assert texts == ("", " · right", " · left", "", "")


def test_without_both_lungs_there_are_no_sides():
    assert side_texts(SHAPES, (RIGHT,)) == ("", "", "")
    assert side_texts(SHAPES, ()) == ("", "", "")


def test_of_several_lungs_with_one_label_the_last_counts():
    predicted = (box("right_lung", 400, 0, 500, 300), box("left_lung", -300, 0, -200, 300))
    assert side_texts(SHAPES, (*predicted, RIGHT, LEFT)) == (" · right", " · left", "")


def test_the_topmost_shape_is_the_first_row(qapp):
    model = ShapesModel(None)
    model.set_shapes((RIGHT, LEFT, *SHAPES), (RIGHT, LEFT))
    assert model.row_of(SHAPES[-1].key) == 0
    assert model.row_of(RIGHT.key) == 4
    assert model.title(model.row_of(SHAPES[1].key)) == "opacity · left"
    model.set_shapes((RIGHT, LEFT), (RIGHT, LEFT))
    assert model.row_of(SHAPES[-1].key) is None
