"""Keeps panels, actions and title in step with the session."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from opacity_studio.domain.labels import LUNG_LABELS
from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.action_building import shortcut_text
from opacity_studio.gui.frame.side_panel import SidePanel
from opacity_studio.gui.frame.top_bar import TopBar
from opacity_studio.gui.measuring.figures import Figures
from opacity_studio.gui.measuring.live_figures import LiveFigures
from opacity_studio.review.session import Change, ReviewSession

_FILM_ACTIONS = (
    "view.auto-window",
    "view.invert",
    "view.reset-window",
    "view.fit",
    "view.pixels",
    "view.zoom-in",
    "view.zoom-out",
    "view.shapes",
    "prediction.show",
    "view.compare",
    "view.side-by-side",
    "view.difference",
    "view.blink",
    "tool.measure",
)
_EDITING_ACTIONS = (
    "tool.polygon",
    "tool.freehand",
    "tool.brush",
    "tool.eraser",
    "tool.probability_brush",
    "tool.cut",
    "tool.add",
    "tool.local_threshold",
    "tool.brush-smaller",
    "tool.brush-larger",
    "edit.select-all",
    "shape.paste",
    "shape.paste-earlier",
    "shape.clip",
)
_SHAPE_ACTIONS = (
    "edit.duplicate",
    "shape.front",
    "shape.forward",
    "shape.backward",
    "shape.back",
    "shape.cut",
    "shape.unite",
    "shape.subtract",
    "shape.intersect",
    "shape.snap",
    "shape.simplify",
    "shape.smooth",
)

_LABEL_ACTIONS = (*(f"edit.label-{number}" for number in range(1, 10)), "edit.label")
_VISIBILITY_ACTIONS = (
    "shape.show-all",
    "shape.unlock-all",
    "shape.hide-label",
    "shape.lock-label",
)


class SessionViews(QObject):
    """Listens to the session and tells the widgets; never changes the annotation."""

    figures_changed = Signal(object)
    """`Figures` of the annotation as committed, for the worklist."""

    title_changed = Signal()
    """The film, its modified state or the reader."""

    def __init__(
        self,
        session: ReviewSession,
        actions: Mapping[str, QAction],
        bar: TopBar,
        side: SidePanel,
    ) -> None:
        super().__init__(side)
        self._session = session
        self._actions = actions
        self._bar = bar
        self._measurement = side.measurement
        self._prediction = side.prediction
        self._shapes = side.shapes
        self._figures = LiveFigures(session, self)
        self._figures.measured.connect(self._show_figures)
        self._unsubscribe = session.subscribe(self._changed)
        side.prediction.threshold_changed.connect(session.set_threshold)
        side.shapes.selection_wanted.connect(session.select)
        side.shapes.eye_clicked.connect(lambda key: session.toggle_hidden({key}))
        side.shapes.lock_clicked.connect(lambda key: session.toggle_locked({key}))
        self._show_all()

    def close(self) -> None:
        """Stop listening."""
        self._figures.close()
        self._unsubscribe()

    def settle(self) -> None:
        """Show the figures now where they are still due."""
        self._figures.settle()

    def _show_figures(self, figures: Figures, committed: bool) -> None:
        self._measurement.show_figures(figures)
        if committed:
            self.figures_changed.emit(figures)

    def _changed(self, change: Change) -> None:
        what = change.what
        if "film" in what:
            self._measurement.show_figures(Figures())
            self._show_all()
            return
        if what & {"annotation", "preview", "prediction", "threshold"}:
            self._figures.ask()
        if what & {"annotation", "view"}:
            self._show_visibility()
        if what & {"annotation", "prediction"}:
            self._show_shapes()
        elif "selection" in what:
            self._shapes.show_selection(self._session.selection)
        if what & {"prediction", "threshold"}:
            self._show_prediction()
            self._say_what_to_do()
        if what & {"annotation", "saved", "view"}:
            self.title_changed.emit()
        if "preview" not in what or len(what) > 1:
            self._enable()

    def _show_all(self) -> None:
        self._show_visibility()
        self._show_shapes()
        self._show_prediction()
        self._enable()
        self._figures.begin()
        self.title_changed.emit()

    @property
    def _draw_key(self) -> str:
        keys = shortcut_text(self._actions["tool.polygon"])
        return f" ({keys})" if keys else ""

    def _show_shapes(self) -> None:
        annotation, prediction = self._session.annotation, self._session.prediction
        lungs = annotation.shapes if prediction is None else (*prediction.lungs, *annotation.shapes)
        self._say_what_to_do()
        self._shapes.show_shapes(annotation.shapes, lungs, self._session.selection)

    def _say_what_to_do(self) -> None:
        """Say how to come by a shape where there is none."""
        session, key = self._session, self._draw_key
        if not session.is_editable:
            said = ""
        elif session.is_blind:
            said = tr("Nothing outlined yet: draw what you see{key}.", key=key)
        elif session.prediction is not None and not session.predicted_regions:
            said = tr("Nothing outlined, no region predicted: draw what you see{key}.", key=key)
        else:
            said = tr("Nothing outlined yet: click a predicted region, or draw one{key}.", key=key)
        self._shapes.set_empty_text(said)

    def _show_visibility(self) -> None:
        session = self._session
        self._shapes.show_visibility(session.hidden, session.locked)
        self._shapes.labels.show_state(
            session.current_label,
            session.visibility.hidden_labels,
            session.visibility.locked_labels,
        )

    def _show_prediction(self) -> None:
        prediction = self._session.prediction
        if prediction is None:
            self._prediction.clear()
        else:
            self._prediction.show_prediction(
                self._session.threshold, prediction.operating_threshold
            )

    def _enable(self) -> None:
        session, actions = self._session, self._actions
        film, editable = session.radiograph is not None, session.is_editable
        for names, enabled in (
            (_FILM_ACTIONS, film),
            (_EDITING_ACTIONS, editable),
            (_SHAPE_ACTIONS, editable and bool(session.selection)),
        ):
            for name in names:
                actions[name].setEnabled(enabled)
        for name in (*_LABEL_ACTIONS, *_VISIBILITY_ACTIONS):
            actions[name].setEnabled(editable if name in _LABEL_ACTIONS else film)
        for name in ("shape.hide", "shape.lock"):
            actions[name].setEnabled(film and bool(session.selection))
        actions["edit.delete"].setEnabled(editable)
        actions["file.versions"].setEnabled(editable)
        actions["shape.copy"].setEnabled(film and bool(session.selection))
        actions["file.save"].setEnabled(editable and session.is_modified)
        predicted = editable and session.prediction is not None
        pending = predicted and bool(session.predicted_regions)
        for name in ("prediction.accept-all", "prediction.accept", "prediction.reject"):
            actions[name].setEnabled(pending)
        lungs_missing = predicted and self._lacks_lungs()
        actions["prediction.accept-lungs"].setEnabled(lungs_missing)
        actions["prediction.accept-all"].setEnabled(pending or lungs_missing)
        actions["prediction.replace"].setEnabled(predicted)
        self._name_undo()

    def _lacks_lungs(self) -> bool:
        prediction = self._session.prediction
        if prediction is None or prediction.lungs_from_person:
            return False
        drawn = {shape.label for shape in self._session.annotation.labelled(*LUNG_LABELS)}
        return any(lung.label not in drawn for lung in prediction.lungs)

    def _name_undo(self) -> None:
        undo, redo = self._session.undo_label, self._session.redo_label
        for name, step, text in (
            ("edit.undo", undo, tr("Undo {step}", step=undo) if undo else tr("Undo")),
            ("edit.redo", redo, tr("Redo {step}", step=redo) if redo else tr("Redo")),
        ):
            self._actions[name].setEnabled(step is not None)
            self._actions[name].setText(text)
        self._bar.show_undo(undo, redo)
