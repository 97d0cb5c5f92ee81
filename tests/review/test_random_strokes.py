"""Whatever is brushed, drawn, redrawn and cut: valid outlines, exact undo, nothing lost on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import is_simple, region_of, rings_of
from opacity_studio.files.labelme_json import dump_annotation, parse_annotation
from opacity_studio.review.tools.brush import BrushTool, EraserTool
from opacity_studio.review.tools.cut import CutTool
from opacity_studio.review.tools.freehand import FreehandTool
from opacity_studio.review.tools.probability_brush import ProbabilityBrushTool
from opacity_studio.review.tools.select import SelectTool
from tests.review.desk import HEIGHT, WIDTH, Mouse, box, prediction, session

SHAPES = (
    box("right_lung", 20, 20, 280, 440),
    box("opacity", 60, 60, 160, 200),
    box(
        "opacity",
        300.125,
        100.3,
        420.7,
        220.9,
        holes=([[340, 140], [340, 180], [380, 160]],),
    ),
    box("opacity", 430, 100, 520, 220),
)
# Whole numbers meet vertices and edges; fractions meet nothing exactly.


def places(largest: float) -> st.SearchStrategy[float]:
    """Return places that a mouse can be at: never 1e-212 pixels beside the edge."""
    return st.floats(-30, largest + 30).map(lambda place: round(place, 6))


XS = st.one_of(st.integers(0, 16).map(lambda n: n * 40.0 - 20), places(WIDTH))
YS = st.one_of(st.integers(0, 12).map(lambda n: n * 40.0 - 20), places(HEIGHT))
PLACES = st.tuples(XS, YS)
PATHS = st.lists(PLACES, min_size=2, max_size=6)
KEYS = st.sampled_from([(), ("ctrl",)])


class Strokes(RuleBasedStateMachine):
    @initialize(
        shapes=st.sets(st.sampled_from(range(len(SHAPES)))),
        scale=st.sampled_from([0.3, 1.0, 4.0]),
        size=st.floats(0.004, 0.12),
    )
    def open(self, shapes, scale, size):
        self.work = session(*[SHAPES[index].copied() for index in sorted(shapes)])
        self.opened: Annotation = self.work.annotation
        self.work.set_prediction(prediction((40, 80, 200, 240), (300, 120, 520, 280)))
        self.work.set_brush_size(size)
        self.scale = scale

    def mouse(self, tool) -> Mouse:
        return Mouse(tool(self.work), self.scale)

    @rule(
        tool=st.sampled_from([BrushTool, EraserTool, ProbabilityBrushTool]), path=PATHS, keys=KEYS
    )
    def brush(self, tool, path, keys):
        mouse = self.mouse(tool)
        mouse.press(*path[0], *keys)
        for at in path[1:]:
            mouse.drag_to(*at)
        mouse.release(*path[-1])

    @rule(
        tool=st.sampled_from([FreehandTool, SelectTool]),
        path=PATHS,
        keys=KEYS,
        other_side=st.booleans(),
    )
    def draw(self, tool, path, keys, other_side):
        """Round something, or from border to border; with the select tool and Ctrl as well."""
        mouse = self.mouse(tool)
        held = (*keys, "shift") if other_side else keys
        if tool is SelectTool:
            held = ("ctrl", *held)
        mouse.press(*path[0], *held)
        for at in path[1:]:
            mouse.tool.move(mouse.event(*at, held=True, keys=held))
        mouse.tool.release(mouse.event(*path[-1], held=True, keys=held))

    @rule(label=st.sampled_from(["opacity", "right_lung"]))
    def choose(self, label):
        self.work.current_label = label

    @rule(shown=st.booleans())
    def show_prediction(self, shown):
        self.work.set_prediction_shown(shown)

    @rule(data=st.data(), path=PATHS)
    def redraw(self, data, path):
        """From one place on an outline to another."""
        if not self.work.annotation.shapes:
            return
        shape = data.draw(st.sampled_from(self.work.annotation.shapes))
        self.work.select({shape.key})
        ring = data.draw(st.sampled_from(rings_of(shape)))
        start, end = (
            tuple(ring[data.draw(st.integers(0, len(ring) - 1))].tolist()) for _ in range(2)
        )
        self.mouse(FreehandTool).drag(start, *path, end)

    @rule(path=PATHS)
    def cut(self, path):
        mouse = self.mouse(CutTool)
        for at in path:
            mouse.click(*at)
        mouse.tool.key("Return")

    @rule(data=st.data())
    def select(self, data):
        keys = [shape.key for shape in self.work.annotation.shapes]
        self.work.select(data.draw(st.sets(st.sampled_from(keys))) if keys else ())

    @rule(name=st.sampled_from(["undo", "redo"]))
    def go(self, name):
        getattr(self.work, name)()

    @rule(size=st.floats(0.004, 0.12))
    def resize(self, size):
        self.work.set_brush_size(size)

    @invariant()
    def outlines_are_valid(self):
        for shape in self.work.annotation.shapes:
            assert all(len(ring) >= 3 for ring in rings_of(shape))
            assert all(np.isfinite(ring).all() for ring in rings_of(shape))
            assert is_simple(shape)
            assert region_of(shape).area > 0

    @invariant()
    def nothing_is_left_over(self):
        keys = [shape.key for shape in self.work.annotation.shapes]
        assert len(set(keys)) == len(keys)
        assert self.work.shown_annotation is self.work.annotation

    def teardown(self):
        if not hasattr(self, "work"):
            return
        last, path = self.work.annotation, Path("film.json")
        back = parse_annotation(dump_annotation(last), path)
        for shape, read in zip(last.shapes, back.shapes, strict=True):
            assert is_simple(read)
            apart = region_of(shape).symmetric_difference(region_of(read)).area
            assert apart <= 1e-9 * region_of(shape).area
        steps = 0
        while self.work.undo():
            steps += 1
        assert self.work.annotation is self.opened
        for _ in range(steps):
            assert self.work.redo()
        assert self.work.annotation == last


TestStrokes = Strokes.TestCase
TestStrokes.settings = settings(max_examples=50, stateful_step_count=16, deadline=None)
