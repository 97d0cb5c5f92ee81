"""Says which films come back to the reader, and shows what came of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from opacity_studio.domain.repeats import RepeatPlan
from opacity_studio.domain.wording import tr
from opacity_studio.gui.background import Background
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.film.film_loader import sentence_of
from opacity_studio.gui.settings.preferences import Preferences


class Repeats(QObject):
    """Nothing here, nor anywhere in the window, tells which film is one that came back.

    Parameters
    ----------
    say
        Shows one line where the hints stand.
    """

    def __init__(
        self,
        desk: ReviewDesk,
        preferences: Preferences,
        *,
        say: Callable[[str], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._desk, self._preferences, self._say = desk, preferences, say
        self._window = parent
        self._background = Background(1, self)
        desk.set_repeat_plan(self._plan)

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what the actions do."""
        return {"film.consistency": self.show_consistency}

    def close(self) -> None:
        """Stop comparing."""
        self._background.close()

    def show_consistency(self) -> None:
        """Open the table of the films the reader read twice."""
        # The comparison of readers is not read with the window: most never ask for it.
        from opacity_studio.analysis.consistency import consistency_of  # noqa: PLC0415
        from opacity_studio.gui.repeats.consistency_dialog import (  # noqa: PLC0415
            ConsistencyDialog,
        )

        worklist, reader = self._desk.worklist, self._preferences.settings.reader_name
        if worklist is None or not reader:
            self._say(tr("Open a folder and mark films under your name first"))
            return
        dialog = ConsistencyDialog(reader, self._window)
        films = worklist.films
        ticket = self._background.start(
            partial(consistency_of, films.folder, reader, annotations=films.annotations),
            dialog.show_consistency,
            lambda error: dialog.say(sentence_of(error, films.folder)),
        )
        dialog.finished.connect(lambda _: self._background.cancel(ticket))
        dialog.show()

    def _plan(self) -> RepeatPlan | None:
        """Return what the reader agreed to; None where nobody or a reviewer reads."""
        now = self._preferences.settings
        if not now.reader_name or now.reader_role != "annotator":
            return None
        return RepeatPlan(now.reader_name, now.repeat_share, now.repeat_distance)
