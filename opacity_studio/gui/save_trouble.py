"""What a person can do when an annotation could not be written: never a dialog, never a loss."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from opacity_studio.domain.errors import AnnotationConflictError, OpacityStudioError
from opacity_studio.files.annotation_store import (
    AnnotationFile,
    load_annotation,
    save_annotation,
)
from opacity_studio.files.atomic import digest_on_disk
from opacity_studio.gui.autosave import Autosave
from opacity_studio.gui.message_bar import Choice, Message
from opacity_studio.review.session import ReviewSession

TOPIC = "save"


class SaveTrouble(QObject):
    """Turns a failed save into one sentence with the ways out, and takes the one chosen.

    Parameters
    ----------
    show, settled
        Show a message; take back the message of a topic.
    """

    def __init__(
        self,
        session: ReviewSession,
        autosave: Autosave,
        show: Callable[[Message], None],
        settled: Callable[[str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._autosave = autosave
        self._show = show
        self._settled = settled
        autosave.failed.connect(self._failed)
        autosave.written.connect(lambda _file: settled(TOPIC))

    def _failed(self, error: Exception) -> None:
        if isinstance(error, AnnotationConflictError):
            self._say(
                error.message,
                Choice("Reload theirs", "reload", self._take_theirs, "Yours stays one undo away"),
                Choice("Keep mine as a copy", "keep-copy", self._keep_copy),
                Choice("Overwrite theirs", "overwrite", self._overwrite),
            )
            return
        text = (
            error.message
            if isinstance(error, OpacityStudioError)
            else f"The outlines could not be saved ({type(error).__name__}); they are kept here."
        )
        self._say(
            text,
            Choice("Try again", "retry", self._autosave.flush),
            Choice("Give up these edits", "give-up", self._give_up, "Back to what is on disk"),
        )

    def _reload(self) -> bool:
        """Take what is on disk, as a step that can be undone."""
        file, radiograph = self._autosave.file, self._session.radiograph
        if file is None or file.film is None or radiograph is None:
            return False
        try:
            theirs = load_annotation(file.film, width=radiograph.width, height=radiograph.height)
        except OpacityStudioError as error:
            # A damaged file may be all that is left of somebody's work: it is never overwritten.
            self._say(
                error.message,
                Choice("Keep mine as a copy", "keep-copy", self._keep_copy),
                Choice("Give up these edits", "give-up", self._give_up),
            )
            return False
        self._settled(TOPIC)
        self._session.adopt("Reload from disk", theirs.annotation)
        self._autosave.replace_file(theirs)
        return True

    def _take_theirs(self) -> None:
        self._reload()

    def _keep_copy(self) -> None:
        file = self._autosave.file
        if file is None:
            return
        copy = AnnotationFile(_free_name(file.path), file.annotation, None, file.film)
        try:
            save_annotation(copy, self._session.annotation)
        except OpacityStudioError as error:
            self._say(error.message, Choice("Try again", "retry", self._keep_copy))
            return
        if self._reload():
            self._say(f"Your outlines are in {copy.path.name}; the film shows theirs.")

    def _overwrite(self) -> None:
        file = self._autosave.file
        if file is None:
            return
        if not self._is_readable(file):
            self._reload()
            return
        # The person has chosen: what is on disk now is what may be replaced.
        current = AnnotationFile(
            file.path, file.annotation, digest_on_disk(file.path), file.film, file.warnings
        )
        self._autosave.expect(current)
        self._settled(TOPIC)
        self._autosave.flush()

    def _is_readable(self, file: AnnotationFile) -> bool:
        if file.film is None or digest_on_disk(file.path) is None:
            return True  # deleted: nothing is there to be overwritten
        try:
            load_annotation(file.film)
        except OpacityStudioError:
            return False
        return True

    def _give_up(self) -> None:
        file = self._autosave.file
        if file is None:
            return
        self._settled(TOPIC)
        self._session.adopt("Give up edits", file.annotation)
        self._autosave.replace_file(file)

    def _say(self, text: str, *choices: Choice) -> None:
        self._show(Message(text, TOPIC, choices))


def _free_name(path: Path) -> Path:
    """Return a name beside `path` that no file has: ``film.mine.json``, ``film.mine-2.json``."""
    candidate = path.with_name(f"{path.stem}.mine{path.suffix}")
    number = 2
    while candidate.exists():
        candidate = path.with_name(f"{path.stem}.mine-{number}{path.suffix}")
        number += 1
    return candidate
