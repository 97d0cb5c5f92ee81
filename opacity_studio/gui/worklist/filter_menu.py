"""The menus over the list: what to show, with how many films each, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from opacity_studio.domain.film_columns import FilmColumns
from opacity_studio.domain.wording import marked, tr
from opacity_studio.domain.worklist_fields import KEYWORDS, named_field
from opacity_studio.domain.worklist_matching import ME, NONE, Asker
from opacity_studio.domain.worklist_order import SORT_KEYS, Order, sort_key
from opacity_studio.domain.worklist_query import Query, Term
from opacity_studio.gui.worklist.model import WorklistModel

MOST_VALUES: Final = 24
"""Values a submenu lists; more of them are typed into the search."""

_UNKNOWN: Final = ("none", marked("not known"))
_SHARES: Final = (
    ("0-5", marked("up to 5 %")),
    ("5-10", marked("5 to 10 %")),
    ("10-100", marked("over 10 %")),
    _UNKNOWN,
)
_RANGES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "percent": (
        ("0-1", marked("up to 1 %")),
        ("1-10", marked("1 to 10 %")),
        ("10-25", marked("10 to 25 %")),
        ("25-50", marked("25 to 50 %")),
        ("50-100", marked("over 50 %")),
        _UNKNOWN,
    ),
    "uncertainty": _SHARES,
    "disagreement": _SHARES,
    "changed": (
        ("today", marked("today")),
        ("yesterday", marked("yesterday")),
        ("week", marked("in the last seven days")),
    ),
}
_MENUS: Final = (
    *("state", "percent", "uncertainty", "disagreement"),
    *("annotator", "reviewer", "finding", "label", "changed"),
)
"""Fields with a submenu, in order."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the filter menu."""

    term: Term
    title: str


def choices(films: FilmColumns) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """Return the submenus of the filter menu: title and lines; the first is the menu itself."""
    made = [
        ("", tuple(Choice(Term((row.id,), "is"), tr(row.title)) for row in KEYWORDS)),
    ]
    for name in _MENUS:
        field = named_field(name)
        assert field is not None
        if name in _RANGES:
            lines = tuple(Choice(Term((value,), name), tr(said)) for value, said in _RANGES[name])
        else:
            values = [value for value in field.values(films) if value != ME][:MOST_VALUES]
            if name in ("annotator", "reviewer") and values:
                values.append(NONE)
            terms = (Term((value,), name) for value in values)
            lines = tuple(Choice(term, _value_title(term)) for term in terms)
        made.append((tr(field.title), lines))
    return tuple((title, lines) for title, lines in made if lines)


def _value_title(term: Term) -> str:
    if term.values[0] == NONE:
        return tr("nobody")
    return term.title if term.field == "state" else term.values[0]


def count(films: FilmColumns, query: Query, terms: Iterable[Term], asker: Asker) -> list[int]:
    """Return how many films each of `terms` would leave beside what else is asked for.

    Alternatives to it, which are terms on the same field, count as not asked for.
    """
    counts, others = [], {}
    for term in terms:
        field = "" if term.field == "is" else term.field
        if field not in others:
            beside = query.without(row for row in query.terms if field and row.field == field)
            others[field] = beside.where(films, asker)
        found = term.where(films, asker) & others[field]
        counts.append(int(np.count_nonzero(found)))
    return counts


class StayingMenu(QMenu):
    """A menu that stays open while lines are ticked."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tick the line under the mouse."""
        action = self.actionAt(event.position().toPoint())
        if action is not None and action.isCheckable() and action.isEnabled():
            action.trigger()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space ticks the line chosen, Enter does so and closes."""
        action = self.activeAction()
        if event.text() == " " and action is not None and action.isCheckable():
            action.trigger()
        else:
            super().keyPressEvent(event)


class FilterMenu(StayingMenu):
    """What to show; made anew whenever it is opened, with the numbers as they are then.

    Parameters
    ----------
    filters
        The filters that are set now.
    """

    toggled = Signal(object)
    """`Term` to add or take away."""

    def __init__(self, model: WorklistModel, filters: Callable[[], Query], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("worklist.filter-menu")
        self._model, self._filters = model, filters
        self._lines: list[tuple[QAction, Choice]] = []
        self._menus: list[QMenu] = []
        self.aboutToShow.connect(self._build)

    def _build(self) -> None:
        self.clear()
        for submenu in self._menus:
            submenu.deleteLater()
        self._lines, self._menus = [], []
        films = self._model.columns
        if films is None:
            self.addAction(tr("The films are still being looked up…")).setEnabled(False)
            return
        for title, lines in choices(films):
            menu: QMenu = self
            if title:
                menu = StayingMenu(title, self)
                menu.setObjectName(f"worklist.filter.{lines[0].term.field}")
                self._menus.append(menu)
                self.addMenu(menu)
            for line in lines:
                action = menu.addAction("")
                action.setObjectName(f"worklist.filter.{line.term}")
                action.setCheckable(True)
                action.triggered.connect(lambda _=False, term=line.term: self._toggle(term))
                self._lines.append((action, line))
            if not title:
                self.addSeparator()
        self._count()

    def _toggle(self, term: Term) -> None:
        self.toggled.emit(term)
        self._count()

    def _count(self) -> None:
        films = self._model.columns
        if films is None:
            return
        set_now = self._filters()
        counts = count(films, self._model.query, (line.term for _, line in self._lines),
                       self._model.asker)  # fmt: skip
        for (action, line), number in zip(self._lines, counts, strict=True):
            action.setText(f"{line.title.replace('&', '&&')}\t{number}")
            action.setChecked(line.term in set_now.terms)


class OrderMenu(QMenu):
    """In which order, which way round, and whether a patient's films stand together."""

    chosen = Signal(object)
    """`Order`."""

    def __init__(self, model: WorklistModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("worklist.order-menu")
        self._model = model
        self._keys: list[tuple[QAction, str]] = []
        group = QActionGroup(self)
        for key in SORT_KEYS:
            action = self.addAction(tr(key.title))
            action.setObjectName(f"worklist.order.{key.id}")
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(
                lambda _=False, name=key.id: self._choose(key=name, turned=False)
            )
            self._keys.append((action, key.id))
        self.addSeparator()
        self._turned = self.addAction(tr("The other way round"))
        self._turned.setObjectName("worklist.order-turned")
        self._turned.setCheckable(True)
        self._turned.triggered.connect(lambda on: self._choose(turned=on))
        self._grouped = self.addAction(tr("Group by patient"))
        self._grouped.setObjectName("worklist.order-grouped")
        self._grouped.setCheckable(True)
        self._grouped.triggered.connect(lambda on: self._choose(by_patient=on))
        self.aboutToShow.connect(self._show_order)

    def _show_order(self) -> None:
        order = self._model.order
        is_blind = self._model.is_model_hidden
        for action, key in self._keys:
            action.setChecked(key == order.key)
            action.setEnabled(not (is_blind and sort_key(key).is_models))
        self._turned.setChecked(order.turned)
        self._turned.setEnabled(sort_key(order.key).turns)
        self._grouped.setChecked(order.by_patient)

    def _choose(self, **changes: object) -> None:
        self.chosen.emit(replace(self._model.order, **changes))  # type: ignore[arg-type]


def order_text(order: Order) -> str:
    """Return the order in a few letters: an arrow for its direction, and its name."""
    key = sort_key(order.key)
    arrow = "↓" if key.descending != order.turned else "↑"
    return tr(key.title) if not key.turns else f"{arrow} {tr(key.title)}"
