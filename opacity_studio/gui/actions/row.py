"""What the table of actions says of each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One thing the window can do.

    Attributes
    ----------
    id
        Stable: the action's objectName. Its callback is found under this id.
    text
        In the menu and on the shortcut sheet.
    shortcuts
        The first is the one shown; all work.
    menu
        A key of `actions.MENUS`; empty for an action that only the keyboard and the sheet know.
    bar
        Short text on the top bar; empty where the action is not on it.
    tip
        One sentence for the tooltip, the status line and screen readers.
    checkable
        True for what is on or off.
    group
        Actions of one group exclude each other (the tools).
    held
        True for a key that works while it is held; the film view listens for it, so that the row
        has no action of its own.
    separated
        True where a line stands above the row in its menu.
    """

    id: str
    text: str
    shortcuts: tuple[str, ...] = ()
    menu: str = ""
    bar: str = ""
    tip: str = ""
    checkable: bool = False
    group: str = ""
    held: bool = False
    separated: bool = False
