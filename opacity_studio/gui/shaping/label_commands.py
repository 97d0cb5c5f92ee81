"""Labels: their keys, the bar that asks for one, and the strip that shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from opacity_studio.domain.labels import display_name
from opacity_studio.domain.wording import tr
from opacity_studio.files.worklist import Worklist
from opacity_studio.gui.actions.action_building import shortcut_text
from opacity_studio.gui.actions.shape_rows import OWN_LABEL_KEYS
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.gui.frame.inline_question import InlineQuestion
from opacity_studio.gui.frame.message_bar import Message
from opacity_studio.gui.shaping.label_strip import LabelStrip
from opacity_studio.gui.worklist.labels import WorklistLabels
from opacity_studio.review.session import Change, ReviewSession

_KEYS: Final = range(1, OWN_LABEL_KEYS.stop)

_RELABEL: Final = (tr("Label of the shapes:"), tr("Relabel"))
_NEXT_LABEL: Final = (tr("Label of new outlines:"), tr("Use"))


class LabelCommands(QObject):
    """Gives labels to shapes, and hides and locks them as a whole.

    Parameters
    ----------
    question
        The bar that asks for a label.
    say
        Shows one line where the hints stand.
    tell
        Shows a message over the film.
    """

    def __init__(
        self,
        session: ReviewSession,
        desk: ReviewDesk,
        view: FilmView,
        question: InlineQuestion,
        *,
        say: Callable[[str], None],
        tell: Callable[[Message], None],
    ) -> None:
        super().__init__(view)
        self._session = session
        self._view = view
        self._question = question
        self._say = say
        self._strip: LabelStrip | None = None
        self._actions: Mapping[str, QAction] = {}
        self.labels = WorklistLabels(self)
        self.labels.changed.connect(self._show)
        self.labels.trouble.connect(lambda text: tell(Message(text, "labels")))
        question.answered.connect(self.give)
        desk.worklist_opened.connect(self._opened)
        self._unsubscribe = session.subscribe(self._changed)

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what to do, by action id."""
        numbered = {
            f"edit.label-{key}": (lambda number=key: self._give_numbered(number)) for key in _KEYS
        }
        return {
            **numbered,
            "edit.label": self.ask,
            "shape.hide-label": lambda: self._toggle(self._meant(), locks=False),
            "shape.lock-label": lambda: self._toggle(self._meant(), locks=True),
        }

    def follow(self, strip: LabelStrip, actions: Mapping[str, QAction]) -> None:
        """Take the strip and the actions, once they are made."""
        self._strip, self._actions = strip, actions
        strip.chosen.connect(self.give)
        strip.new_wanted.connect(self.ask)
        strip.menu_wanted.connect(self._show_menu)
        for key in _KEYS:
            actions[f"edit.label-{key}"].changed.connect(self._show_strip)
        self._show()

    def close(self) -> None:
        """Stop listening and writing."""
        self._unsubscribe()
        self.labels.close()

    # Giving -------------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask for the label of the selected shapes, or of the next outline, over the film."""
        shapes = self._session.selected_shapes
        self._question.word(*(_RELABEL if shapes else _NEXT_LABEL))
        self._question.ask(shapes[0].label if shapes else self._session.current_label)

    def give(self, label: str) -> None:
        """Give `label` to the selected shapes; without any, to the outlines drawn next."""
        session = self._session
        self.labels.use(label)
        if session.selection:
            session.relabel(label)
        else:
            session.current_label = label
            self._say(tr("New outlines are called {label}.", label=display_name(label)))
        self._view.setFocus()

    def _give_numbered(self, number: int) -> None:
        labels = self.labels.labels
        if number <= len(labels):
            self.give(labels[number - 1])

    # Hiding and locking -------------------------------------------------------------------

    def _meant(self) -> frozenset[str]:
        session = self._session
        labels = frozenset(shape.label for shape in session.selected_shapes)
        return labels or frozenset({session.current_label})

    def _toggle(self, labels: frozenset[str], *, locks: bool) -> None:
        session = self._session
        session.toggle_labels(labels, locks=locks)
        now = session.visibility.locked_labels if locks else session.visibility.hidden_labels
        names = ", ".join(sorted(map(display_name, labels)))
        names = f"{names[:1].upper()}{names[1:]}"
        if locks and labels <= now:
            said = tr("{labels}: locked on every film.", labels=names)
        elif locks:
            said = tr("{labels}: unlocked on every film.", labels=names)
        elif labels <= now:
            said = tr("{labels}: hidden on every film.", labels=names)
        else:
            said = tr("{labels}: shown on every film.", labels=names)
        self._say(said)

    def _show_menu(self, label: str, where: QPoint) -> None:
        session, name = self._session, display_name(label)
        hidden = label in session.visibility.hidden_labels
        locked = label in session.visibility.locked_labels
        menu = QMenu(self._view)
        menu.setObjectName("menu.label")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        show = ("show", tr("Show {label}", label=name))
        hide = ("hide", tr("Hide {label}", label=name))
        unlock = ("unlock", tr("Unlock {label}", label=name))
        lock = ("lock", tr("Lock {label}", label=name))
        select = ("select", tr("Select every {label}", label=name))
        for (action_name, text), run in (
            (show if hidden else hide, lambda: self._toggle_one(label, locks=False)),
            (unlock if locked else lock, lambda: self._toggle_one(label, locks=True)),
            (select, lambda: self._select(label)),
        ):
            action = menu.addAction(text)
            action.setObjectName(f"menu.label.{action_name}")
            action.triggered.connect(lambda _=False, do=run: do())
        menu.popup(where)

    def _toggle_one(self, label: str, *, locks: bool) -> None:
        self._toggle(frozenset({label}), locks=locks)

    def _select(self, label: str) -> None:
        session = self._session
        beyond = session.hidden | session.locked
        session.select(s.key for s in session.annotation.labelled(label) if s.key not in beyond)

    # Showing ------------------------------------------------------------------------------

    def _opened(self, worklist: Worklist) -> None:
        self.labels.open(worklist)

    def _changed(self, change: Change) -> None:
        if change.what & {"film", "annotation"}:
            self.labels.meet(shape.label for shape in self._session.annotation.shapes)

    def _show(self) -> None:
        labels = self.labels.labels
        for key in OWN_LABEL_KEYS:
            action = self._actions.get(f"edit.label-{key}")
            if action is not None:
                named = key <= len(labels)
                action.setText(
                    tr("Label: {label}", label=labels[key - 1])
                    if named
                    else tr("Label {number}", number=key)
                )
                action.setVisible(named)
        self._show_strip()

    def _show_strip(self) -> None:
        if self._strip is None:
            return
        labels = self.labels.labels
        keys = [shortcut_text(self._actions[f"edit.label-{key}"]) for key in _KEYS]
        keys += [""] * max(0, len(labels) - len(keys))
        self._strip.show_labels(labels, keys[: len(labels)])
