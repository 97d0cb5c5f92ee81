"""Adjudication: other readers' outlines beside these, and their majority to start from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.consensus import consensus_shapes
from opacity_studio.domain.labels import OPACITY, STANDARD_LABELS
from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.gui.adjudication.readers_panel import ReaderRow, ReadersPanel
from opacity_studio.gui.adjudication.readings import OtherReading, has_readers, other_readings
from opacity_studio.gui.background import Background
from opacity_studio.gui.commands import PROGRAM
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.frame.side_panel import SidePanel
from opacity_studio.gui.reviewing.changes_view import ChangesView
from opacity_studio.review.session import Change, ReviewSession

REST_MS: Final = 150
"""Edits within this time are compared with the other readers once."""

CONSENSUS: Final = "film.consensus"


class Adjudication(QObject):
    """Reads what others outlined on the film in view, and shows it behind a tab.

    The tab is there only for films of which other readers' annotations live apart.

    Parameters
    ----------
    changes
        Shows over the film what differs between one reader's outlines and those here.
    know_reader
        Calls what it is given once the reader's name is known.
    say
        Shows one line where the hints stand.
    """

    def __init__(
        self,
        session: ReviewSession,
        desk: ReviewDesk,
        *,
        changes: ChangesView,
        know_reader: Callable[[Callable[[], None]], None],
        say: Callable[[str], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._desk = desk
        self._changes = changes
        self._know_reader = know_reader
        self._say = say
        self._readings: tuple[OtherReading, ...] = ()
        self._wanted: str | None = None
        self.panel: ReadersPanel | None = None
        self._show_tab: Callable[[bool], None] = lambda _shown: None
        self._action: QAction | None = None
        self._background = Background(1, self)
        self._reading = self._comparing = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self._compare)
        self._unsubscribe = session.subscribe(self._changed)

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what to do, by action id."""
        return {CONSENSUS: lambda: self._know_reader(self.start_from_consensus)}

    def follow(self, actions: Mapping[str, QAction], side: SidePanel) -> None:
        """Show the readers behind a tab of `side`."""
        self._action = actions[CONSENSUS]
        panel = self.panel = ReadersPanel(actions, side.tabs)
        side.add_tab(panel, tr("Readers"))
        place = side.tabs.indexOf(panel)
        self._show_tab = lambda shown: side.tabs.setTabVisible(place, shown)
        panel.wanted.connect(self._toggle)
        side.tabs.currentChanged.connect(
            lambda now: self._release() if side.tabs.widget(now) is not panel else None
        )
        self._show(())

    @property
    def is_busy(self) -> bool:
        """True while other readers' files are being read or compared."""
        return self._timer.isActive() or any(
            self._background.is_wanted(ticket) for ticket in (self._reading, self._comparing)
        )

    def close(self) -> None:
        """Read no more."""
        self._unsubscribe()
        self._timer.stop()
        self._background.close()

    # What others drew ---------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        if "film" in change.what:
            self._read()
        elif "annotation" in change.what and self._readings:
            self._timer.start()
            self._hold()

    def _read(self) -> None:
        self._background.cancel(self._reading)
        self._timer.stop()
        self._release()
        film, radiograph = self._desk.current, self._session.radiograph
        self._take(())
        if film is None or radiograph is None or self._session.blocked_reason is not None:
            return
        if film.annotations is not None and self._session.reader.role == "annotator":
            # Who reads apart reads alone: readings that know of each other say nothing.
            return
        size = radiograph.width, radiograph.height
        self._reading = self._background.start(
            lambda: other_readings(film, *size) if has_readers(film.path.parent) else (),
            self._take,
            _raise,
        )

    def _take(self, readings: tuple[OtherReading, ...]) -> None:
        self._readings = readings
        self._show([ReaderRow(r.reader, r.percent, None, r.problem) for r in readings])
        if readings:
            self._timer.start(0)

    def _compare(self) -> None:
        readings, present = self._readings, self._session.annotation
        self._background.cancel(self._comparing)
        self._comparing = self._background.start(
            lambda: [
                ReaderRow(r.reader, r.percent, r.overlap_with(present), r.problem) for r in readings
            ],
            self._show,
            _raise,
        )

    def _show(self, rows: Sequence[ReaderRow]) -> None:
        if self.panel is not None:
            self.panel.show_rows(rows)
            self.panel.show_wanted(self._wanted)
        self._show_tab(bool(rows))
        if self._action is not None:
            self._action.setEnabled(len(self._usable()) > 1)

    def _usable(self) -> dict[str, Annotation]:
        return {r.reader: r.annotation for r in self._readings if r.annotation is not None}

    # Holding one against the outlines here ------------------------------------------------

    def _toggle(self, reader: str) -> None:
        found = next((r for r in self._readings if r.reader == reader), None)
        if reader == self._wanted or found is None:
            self._release()
            return
        if found.annotation is None:
            self._say(found.problem)
            return
        self._wanted = reader
        self._hold()
        if self.panel is not None:
            self.panel.show_wanted(reader)

    def _hold(self) -> None:
        """Show what differs now from the outlines of the reader who was asked for, if any."""
        found = self._usable().get(self._wanted or "")
        if found is None:
            return
        here = self._session.annotation
        # Lungs that only one of the two drew would hide what the readers differ about.
        both = {s.label for s in found.shapes} & {s.label for s in here.shapes}
        self._changes.hold_against(
            found.labelled(OPACITY, *both),
            here.labelled(OPACITY, *both),
            unchanged=tr("in both"),
            added=tr("only here"),
            removed=tr("only {reader}", reader=self._wanted),
        )

    def take_key(self, name: str) -> bool:
        """Show the difference no more by Escape; return whether there was one."""
        if name != "Escape" or self._wanted is None:
            return False
        self._release()
        return True

    def _release(self) -> None:
        if self._wanted is not None:
            self._changes.hide_changes()
        self._wanted = None
        if self.panel is not None:
            self.panel.show_wanted(None)

    # Consensus ----------------------------------------------------------------------------

    def start_from_consensus(self) -> None:
        """Put what most readers outlined in place of the lungs and the opacity here; one step."""
        readings, session = self._usable(), self._session
        if len(readings) < 2:
            self._say(tr("Fewer than two other readers outlined this film."))
            return
        if not session.is_editable:
            self._say(session.blocked_reason or tr("This film cannot be changed."))
            return
        others = [s for s in session.annotation.shapes if s.label not in STANDARD_LABELS]
        gone = len(session.annotation.shapes) - len(others)
        shapes = consensus_shapes(readings)
        annotation = session.annotation.removing(
            s.key for s in session.annotation.shapes if s.label in STANDARD_LABELS
        ).adding(*shapes)
        done = session.record(
            tr("Start from consensus"),
            "consensus",
            datetime.now().astimezone(),
            PROGRAM,
            annotation=annotation,
            comment=", ".join(readings),
        )
        if done:
            self._release()
            self._report(len(readings), len(shapes), gone)

    def _report(self, readers: int, made: int, gone: int) -> None:
        text = tr_count(
            "{count} outline that most of {readers} readers drew",
            "{count} outlines that most of {readers} readers drew",
            made,
            readers=readers,
        )
        if gone:
            replaced = tr_count("{count} outline replaced", "{count} outlines replaced", gone)
            text = f"{text} · {replaced}"
        self._say(text)


def _raise(error: Exception) -> None:
    raise error
