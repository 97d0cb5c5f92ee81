"""The action that exports; what is behind it is made with the first use."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from opacity_studio.domain.wording import tr
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.saving.autosave import Autosave

if TYPE_CHECKING:
    from opacity_studio.gui.exporting.dialog import ExportDialog
    from opacity_studio.gui.exporting.export_desk import ExportDesk


class Exporting:
    """Opens the dialog; an export goes on while that is closed.

    Parameters
    ----------
    say
        Shows a line in the window.
    """

    def __init__(
        self, window: QWidget, desk: ReviewDesk, autosave: Autosave, *, say: Callable[[str], None]
    ) -> None:
        self._window, self._desk, self._autosave, self._say = window, desk, autosave, say
        self._exports: ExportDesk | None = None

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what the action does, by its id."""
        return {"file.export": self.open}

    @property
    def dialog(self) -> ExportDialog | None:
        """The dialog, once it was opened."""
        return None if self._exports is None else self._exports.dialog

    def open(self) -> None:
        """Show the dialog on the films of the worklist, or the export that goes on."""
        worklist = self._desk.worklist
        if worklist is None:
            self._say(tr("Open a folder of films first; then it can be exported."))
            return
        if self._exports is None:
            # With the first export, not while the window comes up.
            from opacity_studio.gui.exporting.export_desk import ExportDesk  # noqa: PLC0415

            self._exports = ExportDesk(self._window, self._autosave, say=self._say)
        self._exports.open(worklist)

    def close(self) -> None:
        """Stop whatever goes on; what was half written is removed."""
        if self._exports is not None:
            self._exports.close()
