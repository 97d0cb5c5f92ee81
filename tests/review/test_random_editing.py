"""Whatever a hand does, outlines stay outlines and every step can be taken back."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import is_simple, region_of
from opacity_studio.domain.measurement import measure
from opacity_studio.domain.shape import Shape
from opacity_studio.review.tools import TOOLS
from tests.review.desk import HEIGHT, WIDTH, Mouse, box, prediction, session

HOLED = box("opacity", 300, 100, 420, 220, holes=([[340, 140], [340, 180], [380, 160]],))
SHAPES = (
    box("right_lung", 20, 20, 280, 440),
    box("left_lung", 330, 20, 600, 440),
    box("opacity", 60, 60, 160, 200),
    HOLED,
)
FOREIGN = Shape("note", [[5, 5], [60, 40]], shape_type="rectangle")
XS, YS = st.integers(-30, WIDTH + 30), st.integers(-30, HEIGHT + 30)
KEYS = (
    "Return",
    "Escape",
    "Backspace",
    "Delete",
    "Left",
    "Shift+Right",
    "Up",
    "Down",
)
MODIFIERS = st.sampled_from([(), ("shift",), ("ctrl",)])


class Editing(RuleBasedStateMachine):
    @initialize(
        shapes=st.sets(st.sampled_from(range(len(SHAPES)))), scale=st.sampled_from([0.3, 1, 4])
    )
    def open(self, shapes, scale):
        chosen = [SHAPES[index].copied() for index in sorted(shapes)]
        self.work = session(*chosen, FOREIGN)
        self.opened: Annotation = self.work.annotation
        self.work.set_prediction(
            prediction((40, 80, 200, 240), (400, 120, 520, 280), lungs=SHAPES[:2])
        )
        self.mice = [Mouse(row.make(self.work), scale) for row in TOOLS]

    @rule(tool=st.sampled_from([0, 0, 1]), x=XS, y=YS, keys=MODIFIERS)
    def click(self, tool, x, y, keys):
        self.mice[tool].click(x, y, *keys)

    @rule(data=st.data(), x=XS, y=YS, stop=st.tuples(XS, YS))
    def drag_a_vertex(self, data, x, y, stop):
        """Random points seldom meet a vertex; this aims at one."""
        shapes = [shape for shape in self.work.annotation.shapes if shape.is_polygon]
        if shapes:
            start = data.draw(st.sampled_from(data.draw(st.sampled_from(shapes)).points.tolist()))
            self.mice[0].drag(tuple(start), (x, y), stop)

    @rule(data=st.data(), key=st.sampled_from(["Delete", "Backspace"]))
    def delete_a_vertex(self, data, key):
        shapes = [shape for shape in self.work.annotation.shapes if shape.is_polygon]
        if shapes:
            at = data.draw(st.sampled_from(data.draw(st.sampled_from(shapes)).points.tolist()))
            self.mice[0].hover(*at)
            self.mice[0].tool.key(key)

    @rule(data=st.data(), to=st.tuples(XS, YS))
    def drag_an_edge(self, data, to):
        shapes = [shape for shape in self.work.annotation.shapes if shape.is_polygon]
        if shapes:
            shape = data.draw(st.sampled_from(shapes))
            self.work.select({shape.key})
            middle = (shape.points[0] + shape.points[1]) / 2
            self.mice[0].drag(tuple(middle.tolist()), to)

    @rule(x=XS, y=YS, stops=st.lists(st.tuples(XS, YS), min_size=1, max_size=3))
    def drag(self, x, y, stops):
        self.mice[0].drag((x, y), *stops)

    @rule(tool=st.sampled_from([0, 1]), name=st.sampled_from(KEYS))
    def key(self, tool, name):
        self.mice[tool].tool.key(name)

    @rule(corners=st.lists(st.tuples(XS, YS), min_size=3, max_size=6))
    def draw(self, corners):
        for corner in corners:
            self.mice[1].click(*corner)
        self.mice[1].tool.key("Return")

    @rule(
        name=st.sampled_from(
            (
                "undo",
                "redo",
                "accept_all",
                "accept_lungs",
                "replace_with_prediction",
                "delete",
                "duplicate",
            )
        )
    )
    def call(self, name):
        getattr(self.work, name)()

    @rule(label=st.sampled_from(["opacity", "left_lung", "effusion"]))
    def relabel(self, label):
        self.work.relabel(label)

    @rule(accept=st.booleans(), index=st.integers(0, 1))
    def take_a_region(self, accept, index):
        regions = self.work.predicted_regions
        if index < len(regions):
            if accept:
                self.work.accept([regions[index]])
            else:
                self.work.reject(regions[index])

    @rule(threshold=st.floats(0.05, 0.95))
    def contour(self, threshold):
        self.work.set_threshold(threshold)

    @rule(clear=st.booleans())
    def mark(self, clear):
        now = datetime(2025, 1, 1, tzinfo=UTC)
        if clear:
            self.work.mark_no_opacity(now, "test")
        else:
            self.work.mark_done(now, "test")

    @invariant()
    def outlines_are_outlines(self):
        for shape in self.work.annotation.shapes:
            if shape.is_polygon:
                assert len(shape.points) >= 3
                assert all(len(hole) >= 3 for hole in shape.holes)
                assert np.isfinite(shape.points).all()
                region = region_of(shape)
                assert region.is_valid
                assert region.area > 0
                assert is_simple(shape)
        measured = measure(self.work.annotation.shapes, width=WIDTH, height=HEIGHT)
        assert measured.opacity_percent is None or 0 <= measured.opacity_percent <= 100

    @invariant()
    def identities_are_unique_and_the_selection_exists(self):
        keys = [shape.key for shape in self.work.annotation.shapes]
        assert len(set(keys)) == len(keys)
        assert self.work.selection <= set(keys)
        assert self.work.shown_annotation is self.work.annotation

    def teardown(self):
        if not hasattr(self, "work"):
            return
        last, steps = self.work.annotation, 0
        while self.work.undo():
            steps += 1
        assert self.work.annotation is self.opened
        assert not self.work.is_modified
        for _ in range(steps):
            assert self.work.redo()
        assert self.work.annotation is last


TestEditing = Editing.TestCase
TestEditing.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
