"""Whatever is done to whole shapes and vertices, outlines stay outlines and steps can be undone."""

from __future__ import annotations

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import has_area, is_simple, rings_of
from opacity_studio.domain.masks import with_mask_pixels
from opacity_studio.domain.shape import Shape
from opacity_studio.files.labelme_json import dump_annotation, parse_annotation
from opacity_studio.files.shape_text import shapes_from_text, shapes_to_text
from opacity_studio.review import refining
from opacity_studio.review.tools.polygon import PolygonTool
from opacity_studio.review.tools.select import SelectTool
from tests.files.labelme_files import PATH
from tests.review.desk import HEIGHT, WIDTH, Mouse, box, session

ANGLES = np.linspace(0, 2 * np.pi, 40, endpoint=False)


def oval(label: str, x: float, y: float, across: float, down: float) -> Shape:
    return Shape(label, np.stack((x + across * np.cos(ANGLES), y + down * np.sin(ANGLES)), 1))


LUNGS = (oval("right_lung", 170, 240, 120, 200), oval("left_lung", 460, 240, 120, 200))
SHAPES = (
    *LUNGS,
    box("opacity", 60.25, 60.5, 160.125, 200.75, extra={"kept": [1, {"a": None}]}),
    box("opacity", 300, 100, 420, 220, holes=([[340, 140], [340, 180], [380, 160]],)),
    oval("opacity", 200, 300, 60, 40),
    box("effusion", 120, 150, 260, 240, group_id=3),
)
FOREIGN = (
    Shape("note", [[5, 5], [60, 40]], shape_type="rectangle"),
    Shape("tube", [[50, 400], [70, 400]], shape_type="circle"),
    Shape("lead", [[500, 20], [560, 40], [600, 20]], shape_type="linestrip"),
    with_mask_pixels(
        Shape("area", [[520, 400], [539, 409]], shape_type="mask"), np.ones((10, 20), bool)
    ),
)
XS, YS = st.integers(-30, WIDTH + 30), st.integers(-30, HEIGHT + 30)
POINTS = st.tuples(XS, YS)


class ShapeOperations(RuleBasedStateMachine):
    @initialize(
        chosen=st.sets(st.sampled_from(range(len(SHAPES))), min_size=2),
        scale=st.sampled_from([0.4, 1, 3]),
    )
    def open(self, chosen, scale):
        shapes = [SHAPES[index].copied() for index in sorted(chosen)]
        self.work = session(*shapes, *(shape.copied() for shape in FOREIGN))
        self.opened: Annotation = self.work.annotation
        self.tool = SelectTool(self.work)
        self.mouse = Mouse(self.tool, scale)
        self.pen = Mouse(PolygonTool(self.work), scale)
        self.copied: tuple[Shape, ...] = ()

    def some(self, data, at_most: int = 3) -> list[Shape]:
        shapes = list(self.work.annotation.shapes)
        if not shapes:
            return []
        return data.draw(st.lists(st.sampled_from(shapes), max_size=at_most, unique_by=id))

    @rule(data=st.data())
    def select(self, data):
        keys: list[int] = []
        self.work.select(())
        for shape in self.some(data):
            keys.append(shape.key)
            self.work.select(keys)

    @rule(operation=st.sampled_from(["unite", "subtract", "intersect"]))
    def combine(self, operation):
        self.work.combine(operation)

    @rule(drawn=st.booleans())
    def clip(self, drawn):
        own = self.work.annotation.labelled("right_lung", "left_lung")
        self.work.clip_to_lungs(own if drawn and own else LUNGS)

    @rule(reach=st.floats(1, 60))
    def snap(self, reach):
        self.work.snap_to_lungs(LUNGS, reach)

    @rule(refinement=st.sampled_from(["simplify", "smooth"]), amount=st.floats(0, 30))
    def refine(self, refinement, amount):
        work = self.work
        new = refining.refined(work.annotation, work.selection - work.locked, refinement, amount)
        work.preview(new)
        work.commit(refinement, new)

    @rule()
    def copy(self):
        text = shapes_to_text(self.work.annotation, self.work.selected_shapes)
        self.copied = shapes_from_text(text)

    @rule()
    def paste(self):
        self.work.paste(self.copied, (7, 5))

    @rule(size=st.tuples(st.floats(50, 2000), st.floats(50, 2000)))
    def paste_earlier(self, size):
        self.work.paste_findings((*LUNGS, *self.copied), size, LUNGS[:1])

    @rule(to=st.sampled_from(["front", "forward", "backward", "back"]))
    def arrange(self, to):
        self.work.arrange(to)

    @rule(locks=st.booleans(), label=st.sampled_from(["opacity", "right_lung", "note"]))
    def toggle_label(self, locks, label):
        self.work.toggle_labels([label], locks=locks)

    @rule()
    def show_and_unlock(self):
        self.work.show_all()
        self.work.unlock_all()

    @rule(name=st.sampled_from(["undo", "redo", "delete", "duplicate"]))
    def call(self, name):
        getattr(self.work, name)()

    @rule(start=POINTS, end=POINTS, keys=st.sampled_from([(), ("shift",)]))
    def drag(self, start, end, keys):
        self.mouse.press(*start, *keys)
        self.mouse.drag_to(*end)
        self.mouse.release(*end)

    @rule(data=st.data(), end=POINTS)
    def drag_vertices(self, data, end):
        polygons = [shape for shape in self.some(data, 2) if shape.is_polygon]
        vertices = {
            (shape.key, ring, index)
            for shape in polygons
            for ring, points in enumerate(rings_of(shape))
            for index in data.draw(st.sets(st.integers(0, len(points) - 1), max_size=4))
        }
        if vertices:
            self.work.select({shape.key for shape in polygons}, vertices=vertices)
            key, ring, index = min(vertices)
            at = rings_of(self.work.annotation.shape(key))[ring][index]
            self.mouse.drag(tuple(at.tolist()), end)

    @rule(corners=st.lists(POINTS, min_size=3, max_size=7), twice=st.booleans())
    def draw(self, corners, twice):
        for corner in corners:
            self.pen.click(*corner)
        if twice:
            self.pen.tool.double_click(self.pen.event(*corners[-1], held=True))
        else:
            self.pen.tool.key("Return")

    @rule(name=st.sampled_from(["Backspace", "Escape"]))
    def take_back_what_is_drawn(self, name):
        self.pen.tool.key(name)

    @rule(name=st.sampled_from(["Delete", "Left", "Shift+Right", "Shift+Up", "Down", "Escape"]))
    def key(self, name):
        self.tool.key(name)

    @invariant()
    def polygons_are_valid_and_simple(self):
        for shape in self.work.annotation.shapes:
            assert np.isfinite(shape.points).all()
            if shape.is_polygon:
                assert all(len(ring) >= 3 for ring in rings_of(shape))
                assert has_area(shape)
                assert is_simple(shape)

    @invariant()
    def what_is_written_reads_back_equal(self):
        annotation = self.work.annotation
        read = parse_annotation(dump_annotation(annotation), PATH)
        assert len(read.shapes) == len(annotation.shapes)
        for was, now in zip(annotation.shapes, read.shapes, strict=True):
            # Whatever vertex a hole starts at, and whichever way it runs.
            assert now.outline_digest == was.outline_digest
            assert (now.label, now.group_id, dict(now.extra)) == (
                was.label,
                was.group_id,
                dict(was.extra),
            )
            if not was.holes:
                assert np.array_equal(now.points, was.points)
                assert now == was
        assert parse_annotation(dump_annotation(read), PATH) == read

    @invariant()
    def identities_are_unique_and_nothing_is_left_in_preview(self):
        keys = [shape.key for shape in self.work.annotation.shapes]
        assert len(set(keys)) == len(keys)
        assert self.work.selection <= set(keys)
        assert {vertex[0] for vertex in self.work.selected_vertices} <= self.work.selection
        assert self.work.shown_annotation is self.work.annotation

    def teardown(self):
        if not hasattr(self, "work"):
            return
        while self.work.redo():
            pass
        last, steps = self.work.annotation, 0
        while self.work.undo():
            steps += 1
        assert self.work.annotation is self.opened
        for _ in range(steps):
            assert self.work.redo()
        assert self.work.annotation is last


TestShapeOperations = ShapeOperations.TestCase
TestShapeOperations.settings = settings(max_examples=50, stateful_step_count=25, deadline=None)
