"""Tells others which film is in view, and the reader who else has it open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer

from opacity_studio.domain.wording import tr
from opacity_studio.files.annotation_store import AnnotationFile
from opacity_studio.files.lease import REFRESH_EVERY, FilmLease, Lease
from opacity_studio.gui.background import Background
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.film.film_loader import OpenedFilm
from opacity_studio.gui.frame.message_bar import Message
from opacity_studio.review.session import ReviewSession

TOPIC: Final = "elsewhere"

SETTLE_MS: Final = 400
"""A film that is only passed on the way to another is not told of."""

LOOK_MS: Final = 5000
"""Between two looks at who else is there."""


class OpenElsewhere(QObject):
    """Keeps the lease of the film in view, and shows those of others.

    Every touch of the folder happens on a worker thread: a network folder may take its time.

    Parameters
    ----------
    show, settled
        Show a message; take back the message of a topic.
    """

    def __init__(
        self,
        session: ReviewSession,
        desk: ReviewDesk,
        show: Callable[[Message], None],
        settled: Callable[[str], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._films = desk.films
        self._show = show
        self._settled = settled
        self._file: AnnotationFile | None = None
        self._since = datetime.now().astimezone()
        self._told = ""
        self._lease = FilmLease()
        # One thread: taking, refreshing and giving back keep their order.
        self._background = Background(1, self)
        self._looking = 0
        self._soon = self._timer(SETTLE_MS, self._take)
        self._soon.setSingleShot(True)
        self._look_again = self._timer(LOOK_MS, self.look)
        self._refresh = self._timer(round(REFRESH_EVERY * 1000), self._keep)
        desk.film_shown.connect(self._film_shown)
        desk.film_failed.connect(lambda _film: self._follow(None))

    def look(self) -> None:
        """Have it looked up who else is there."""
        file = self._file
        if file is None or self._background.is_wanted(self._looking):
            return
        self._looking = self._background.start(
            lambda: self._lease.others(file.path.parent),
            lambda others: self._looked(file, others),
            lambda _: None,
        )

    def close(self) -> None:
        """Give the film back."""
        for timer in (self._soon, self._look_again, self._refresh):
            timer.stop()
        self._background.close()
        self._lease.release()

    def _timer(self, milliseconds: int, run: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(milliseconds)
        timer.timeout.connect(run)
        return timer

    def _film_shown(self, opened: OpenedFilm | None) -> None:
        if opened is not None:
            self._follow(opened.file)

    def _follow(self, file: AnnotationFile | None) -> None:
        self._file = file
        self._since = datetime.now().astimezone()
        self._say("")
        self._background.cancel(self._looking)
        self._soon.start()

    def _take(self) -> None:
        """Tell of the film in view, or that there is none any more."""
        file, reader, since = self._file, self._session.reader, self._since
        if file is None or file.film is None:
            self._look_again.stop()
            self._refresh.stop()
            self._films.set_elsewhere({})
            self._in_background(self._lease.release)
            return
        film = file.film
        self._in_background(lambda: self._lease.take(file.path, film, reader, since))
        self._look_again.start()
        self._refresh.start()
        self.look()

    def _keep(self) -> None:
        self._in_background(self._lease.refresh)

    def _in_background(self, work: Callable[[], None]) -> None:
        self._background.start(work, lambda _: None, lambda _: None)

    def _looked(self, file: AnnotationFile, others: Sequence[Lease]) -> None:
        if self._file is not file or file.film is None:
            return
        readers: dict[Path, dict[str, None]] = {}
        for lease in others:
            readers.setdefault(file.film.with_name(lease.film), {})[lease.reader] = None
        self._films.set_elsewhere({film: ", ".join(names) for film, names in readers.items()})
        here = [lease for lease in others if lease.annotation == file.path.name]
        self._say(_sentence(here) if here else "")

    def _say(self, sentence: str) -> None:
        if sentence == self._told:
            return
        self._told = sentence
        if sentence:
            self._show(Message(sentence, TOPIC))
        else:
            self._settled(TOPIC)


def _sentence(leases: Sequence[Lease]) -> str:
    # A reader with two windows on one computer is one reader there.
    first = {(lease.reader, lease.host): lease for lease in reversed(leases)}
    readers = ", ".join(
        tr(
            "{reader} (on {computer}, since {clock})",
            reader=lease.reader,
            computer=lease.host,
            clock=f"{lease.since.astimezone():%H:%M}",
        )
        for lease in reversed(first.values())
    )
    return tr(
        "This film is also open at {readers}; what each of you changes is put together.",
        readers=readers,
    )
