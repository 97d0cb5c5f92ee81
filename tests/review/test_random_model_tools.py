"""Whatever is clicked and dragged with the model's help: valid outlines, and exact undo."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from opacity_studio.domain.geometry import is_simple, region_of
from opacity_studio.review.tools.add import AddTool
from opacity_studio.review.tools.local_threshold import LocalThresholdTool
from tests.domain.test_click_proposal import smooth_blobs
from tests.review.desk import HEIGHT, WIDTH, Mouse, box, prediction, session

LUNGS = (box("right_lung", 20, 20, 300, 440), box("left_lung", 340, 20, 620, 440))
MINE = box("opacity", 60, 60, 160, 120)
XS, YS = st.integers(-30, WIDTH + 30), st.integers(-30, HEIGHT + 30)
HILLS = (
    (150, 260, 90, 0.95),
    (150, 480, 60, 0.6),
    (460, 300, 120, 0.8),
    (520, 420, 40, 0.99),
)


class ModelHelp(RuleBasedStateMachine):
    @initialize(scale=st.sampled_from([0.3, 1, 4]))
    def open(self, scale):
        self.work = session(*LUNGS, MINE)
        probability = np.rint(smooth_blobs(*HILLS) * 255).astype(np.uint8)
        self.work.set_prediction(replace(prediction(lungs=LUNGS), probability=probability))
        self.opened = self.work.annotation
        self.add = Mouse(AddTool(self.work), scale)
        self.level = Mouse(LocalThresholdTool(self.work), scale)

    @rule(x=XS, y=YS, keys=st.sampled_from([(), (), ("ctrl",)]))
    def click(self, x, y, keys):
        self.add.click(x, y, *keys)

    @rule(x=XS, y=YS, up=st.integers(-300, 300))
    def press_and_drag(self, x, y, up):
        self.add.drag((x, y), (x, y - up))

    @rule(notches=st.integers(-20, 20))
    def wheel(self, notches):
        self.add.tool.wheel(self.add.event(0, 0), notches)

    @rule(name=st.sampled_from(["Return", "Return", "Up", "Down", "Backspace", "Escape"]))
    def key(self, name):
        self.add.tool.key(name)

    @rule(x=XS, y=YS, ups=st.lists(st.integers(-400, 400), min_size=1, max_size=3))
    def drag_a_level(self, x, y, ups):
        self.level.drag((x, y), *[(x, y - up) for up in ups])

    @rule(data=st.data(), up=st.integers(-400, 400))
    def drag_the_level_of_a_region(self, data, up):
        regions = self.work.predicted_regions + self.work.annotation.labelled("opacity")
        region = region_of(data.draw(st.sampled_from(regions)))
        inside = region.representative_point()
        self.level.drag((inside.x, inside.y), (inside.x, inside.y - up))

    @rule(name=st.sampled_from(["Up", "Down"]))
    def arrow(self, name):
        self.level.tool.key(name)

    @rule(name=st.sampled_from(["undo", "redo", "accept_all", "delete"]))
    def call(self, name):
        getattr(self.work, name)()

    @rule(threshold=st.floats(0.05, 0.95))
    def contour(self, threshold):
        before = self.work.annotation
        self.work.set_threshold(threshold)
        assert self.work.annotation is before

    @invariant()
    def outlines_are_outlines(self):
        for shape in self.work.annotation.labelled("opacity"):
            assert is_simple(shape)
            assert region_of(shape).area > 0
            assert np.isfinite(shape.points).all()

    @invariant()
    def what_a_person_drew_stays(self):
        mine = self.work.annotation.shape(MINE.key)
        assert mine is None or mine is MINE

    @invariant()
    def nothing_is_left_hanging(self):
        assert self.work.shown_annotation is self.work.annotation
        keys = [shape.key for shape in self.work.annotation.shapes]
        assert len(set(keys)) == len(keys)

    def teardown(self):
        if not hasattr(self, "work"):
            return
        last, steps = self.work.annotation, 0
        while self.work.undo():
            steps += 1
        assert self.work.annotation is self.opened
        for _ in range(steps):
            assert self.work.redo()
        assert self.work.annotation is last


TestModelHelp = ModelHelp.TestCase
TestModelHelp.settings = settings(max_examples=20, stateful_step_count=15, deadline=None)
