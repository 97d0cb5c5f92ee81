"""What a person can do when an annotation could not be written: never a dialog, never a loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from opacity_studio.domain.errors import AnnotationConflictError, OpacityStudioError
from opacity_studio.domain.merge import Keep, Merge
from opacity_studio.domain.wording import marked, tr, tr_count
from opacity_studio.files.annotation_store import AnnotationFile
from opacity_studio.files.atomic import digest_on_disk
from opacity_studio.files.image_path import JSON_SUFFIX
from opacity_studio.files.merged_saving import (
    AnnotationClashError,
    clash_sentence,
    load_again,
    who_changed,
)
from opacity_studio.gui.frame.message_bar import Choice, Message
from opacity_studio.gui.saving.autosave import Autosave
from opacity_studio.review.session import ReviewSession

TOPIC = "save"
MERGED_TOPIC = "merged"


class SaveTrouble(QObject):
    """Turns a failed save into one sentence with the ways out, and takes the one chosen.

    Parameters
    ----------
    show, settled
        Show a message; take back the message of a topic.
    """

    clashes_asked = Signal(object)
    """Sequence of `Clash` between which the person is to choose."""

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
        self._asked = ""
        autosave.failed.connect(self._failed)
        autosave.written.connect(lambda _file: settled(TOPIC))

    def film_shown(self) -> None:
        """Forget what was said of the film before."""
        self._asked = ""
        self._settled(MERGED_TOPIC)

    def take_in(self, theirs: AnnotationFile) -> None:
        """Merge what another program made of the film in view; where both clash, ask."""
        made = self._autosave.take_in(theirs)
        if not made.clashes:
            self._settled(TOPIC)
            self._show(Message(_merged_sentence(theirs, made), MERGED_TOPIC))
        elif theirs.digest != self._asked:
            self._ask(theirs, made)

    def _ask(self, theirs: AnnotationFile, made: Merge) -> None:
        """Let the person choose; once for each state of the file, unless a save meets it again."""

        def choice(text: str, name: str, keep: Keep, tip: str) -> Choice:
            return Choice(text, name, lambda: self._keep(theirs, keep), tip)

        self._asked = theirs.digest or ""
        # So that it is seen which outlines are meant.
        self._session.select(clash.mine.key for clash in made.clashes if clash.mine is not None)
        self.clashes_asked.emit(made.clashes)
        self._say(
            clash_sentence(theirs, made),
            choice(tr("Keep both"), "keep-both", "both", tr("Each outline twice, to be compared")),
            choice(
                tr("Keep mine"), "keep-mine", "mine", tr("Theirs stays among the earlier versions")
            ),
            choice(tr("Take theirs"), "take-theirs", "theirs", tr("Yours stays one undo away")),
        )

    def _keep(self, theirs: AnnotationFile, keep: Keep) -> None:
        if self._autosave.file is None or self._autosave.file.path != theirs.path:
            return
        self._settled(TOPIC)
        self._autosave.take_in(theirs, keep=keep)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, AnnotationClashError):
            self._ask(error.theirs, error.merge)
            return
        if isinstance(error, AnnotationConflictError):
            self._say(
                error.message,
                Choice(
                    tr("Reload theirs"),
                    "reload",
                    self._take_theirs,
                    tr("Yours stays one undo away"),
                ),
                Choice(tr("Keep mine as a copy"), "keep-copy", self._keep_copy),
                Choice(tr("Overwrite theirs"), "overwrite", self._overwrite),
            )
            return
        self._say(
            _sentence_of(error),
            Choice(tr("Try again"), "retry", self._autosave.flush),
            Choice(
                tr("Save elsewhere…"),
                "save-elsewhere",
                self._save_elsewhere,
                tr("To a file you name"),
            ),
            Choice(
                tr("Give up these edits"), "give-up", self._give_up, tr("Back to what is on disk")
            ),
        )

    def _reload(self) -> bool:
        """Take what is on disk, as a step that can be undone."""
        file, radiograph = self._autosave.file, self._session.radiograph
        if file is None or file.film is None or radiograph is None:
            return False
        try:
            theirs = load_again(file)
        except OpacityStudioError as error:
            # A damaged file may be all that is left of somebody's work: it is never overwritten.
            self._say(
                error.message,
                Choice(tr("Keep mine as a copy"), "keep-copy", self._keep_copy),
                Choice(tr("Give up these edits"), "give-up", self._give_up),
            )
            return False
        self._settled(TOPIC)
        self._session.adopt(tr("Reload from disk"), theirs.annotation)
        self._autosave.replace_file(theirs)
        return True

    def _take_theirs(self) -> None:
        self._reload()

    def _keep_copy(self) -> None:
        file = self._autosave.file
        if file is not None:
            self._write_copy(_free_name(file.path))

    def _save_elsewhere(self) -> None:
        file, window = self._autosave.file, self.parent()
        if file is None:
            return
        chosen, _ = QFileDialog.getSaveFileName(
            window if isinstance(window, QWidget) else None,
            tr("Save the outlines elsewhere"),
            str(Path.home() / file.path.name),
            tr("LabelMe files") + " (*.json)",
        )
        if not chosen:
            return
        path = Path(chosen).with_suffix(JSON_SUFFIX)
        if path == file.path:
            self._autosave.flush()
        else:
            self._write_copy(path)

    def _write_copy(self, path: Path) -> None:
        def written(copy: Path) -> None:
            if self._reload():
                self._say(
                    tr(
                        "Your outlines are in {copy}; the film shows what is on disk.",
                        copy=copy.name,
                    )
                )

        def failed(error: Exception) -> None:
            self._say(
                _sentence_of(error),
                Choice(tr("Try again"), "retry", lambda: self._write_copy(path)),
                Choice(tr("Save elsewhere…"), "save-elsewhere", self._save_elsewhere),
            )

        self._autosave.write_copy(path, written, failed)

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
            load_again(file)
        except OpacityStudioError:
            return False
        return True

    def _give_up(self) -> None:
        file = self._autosave.file
        if file is None:
            return
        self._settled(TOPIC)
        self._session.adopt(tr("Give up edits"), file.annotation)
        self._autosave.replace_file(file)

    def _say(self, text: str, *choices: Choice) -> None:
        self._show(Message(text, TOPIC, choices))


def _sentence_of(error: Exception) -> str:
    if isinstance(error, OpacityStudioError):
        return error.message
    return tr(
        "The outlines could not be saved ({kind}); they are kept here.", kind=type(error).__name__
    )


_DONE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "annotated": marked("marked as annotated"),
        "no_opacity": marked("marked as free of opacity"),
        "approved": marked("approved"),
        "returned": marked("returned"),
        "unlocked": marked("unlocked"),
        "commented": marked("commented on"),
        "flagged": marked("flagged"),
    }
)
"""What others do to a film that is worth a word."""


def _merged_sentence(theirs: AnnotationFile, made: Merge) -> str:
    parts = [tr(_DONE[e.kind]) for e in made.events if e.kind in _DONE]
    parts = list(dict.fromkeys(parts))
    if made.added:
        parts.append(tr_count("{count} outline added", "{count} outlines added", made.added))
    if made.changed:
        parts.append(tr_count("{count} outline changed", "{count} outlines changed", made.changed))
    if made.removed:
        parts.append(tr_count("{count} outline removed", "{count} outlines removed", made.removed))
    file = theirs.path.name
    who = who_changed(made)
    if not parts:
        return tr("{file} was changed by {who}; that is taken in.", file=file, who=who)
    return tr(
        "{file} was changed by {who}; that is taken in ({what}).",
        file=file,
        who=who,
        what=", ".join(parts),
    )


def _free_name(path: Path) -> Path:
    """Return a name beside `path` that no file has: ``film.mine.json``, ``film.mine-2.json``."""
    candidate = path.with_name(f"{path.stem}.mine{path.suffix}")
    number = 2
    while candidate.exists():
        candidate = path.with_name(f"{path.stem}.mine-{number}{path.suffix}")
        number += 1
    return candidate
