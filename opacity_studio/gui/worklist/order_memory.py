"""The order of the list, as the person left it."""

from __future__ import annotations

from typing import Final

from opacity_studio.domain.worklist_order import Order, sort_key
from opacity_studio.gui.settings.preferences import Preferences
from opacity_studio.gui.worklist.panel import WorklistPanel

_TURNED: Final = "turned"
_BY_PATIENT: Final = "by-patient"


def remember_order(panel: WorklistPanel, preferences: Preferences) -> None:
    """Put the list into the order it was left in, and write down another one."""
    panel.set_order(order_of(preferences.settings.worklist_order))
    panel.order_changed.connect(lambda order: preferences.change(worklist_order=words_of(order)))


def words_of(order: Order) -> tuple[str, ...]:
    """Return what is written down of an order."""
    chosen = ((order.turned, _TURNED), (order.by_patient, _BY_PATIENT))
    return (order.key, *(word for is_so, word in chosen if is_so))


def order_of(words: tuple[str, ...]) -> Order:
    """Return the order that was written down; a key that is no more is the folder's own order."""
    key = sort_key(words[0] if words else "")
    return Order(key.id, turned=key.turns and _TURNED in words, by_patient=_BY_PATIENT in words)
