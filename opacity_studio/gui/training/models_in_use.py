"""Which networks are in use, and exchanging them, away from the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from opacity_studio.domain.errors import ModelError
from opacity_studio.domain.wording import tr
from opacity_studio.files.model_store import ModelPair, ModelStore
from opacity_studio.gui.background import Background


@dataclass(frozen=True, slots=True)
class NetworksInUse:
    """What is in use, and what a rollback would bring back.

    Attributes
    ----------
    pair, previous
        None where there are none.
    trouble
        A sentence where the networks cannot be used.
    """

    pair: ModelPair | None = None
    previous: ModelPair | None = None
    trouble: str = ""

    @property
    def ids(self) -> frozenset[str]:
        """Ids of the networks in use."""
        pair = self.pair
        return frozenset() if pair is None else frozenset((pair.lungs.id, pair.opacity.id))

    def uses(self, model_id: str | None) -> bool:
        """Return whether the network of this id is one of those in use."""
        return model_id in self.ids

    @property
    def way_back(self) -> str:
        """Id of the network that a rollback brings back; empty where there is none."""
        if self.pair is None or self.previous is None:
            return ""
        for now, then in (
            (self.pair.opacity, self.previous.opacity),
            (self.pair.lungs, self.previous.lungs),
        ):
            if now.id != then.id:
                return then.id
        return ""


class ModelsInUse(QObject):
    """Promotes, rolls back and tells; one thing at a time."""

    known = Signal(object)
    """NetworksInUse, after every look."""

    exchanged = Signal(str)
    """Other networks predict from now on; a sentence that says which."""

    failed = Signal(str)
    """A sentence: the networks in use stay as they were."""

    def __init__(self, store: ModelStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._background = Background(1, self)
        self.now = NetworksInUse()
        self.is_known = False
        """True once it was looked up what is in use."""

    @property
    def is_busy(self) -> bool:
        """True while networks are being looked at or exchanged."""
        return self._background.is_busy

    def look(self) -> None:
        """Find out what is in use; tell where that was changed from elsewhere."""

        def found(now: NetworksInUse) -> None:
            before = self.now
            self._know(now)
            if before.pair is not None and now.pair is not None and before.ids != now.ids:
                networks = " · ".join(sorted(now.ids - before.ids))
                self.exchanged.emit(tr("{network} is in use now.", network=networks))

        self._background.start(self._looked, found, self._not_done)

    def promote(self, folder: Path) -> None:
        """Install the network in `folder`, unless it is installed, and put it to use."""

        def work() -> tuple[str, NetworksInUse]:
            if folder.name not in self._store.ids():
                self._store.publish(folder)
            self._store.promote(folder.name)
            return tr("{network} is in use now.", network=folder.name), self._looked()

        self._exchange(work)

    def roll_back(self) -> None:
        """Put the networks to use that were before."""

        def work() -> tuple[str, NetworksInUse]:
            before = self._looked()
            self._store.rollback()
            return tr(
                "Back to {networks}.", networks=before.way_back or tr("the networks before")
            ), self._looked()

        self._exchange(work)

    def close(self) -> None:
        """Stop; what is being written is written to its end."""
        self._background.close()

    def _exchange(self, work: Callable[[], tuple[str, NetworksInUse]]) -> None:
        def done(found: tuple[str, NetworksInUse]) -> None:
            sentence, now = found
            self._know(now)
            self.exchanged.emit(sentence)

        self._background.start(work, done, self._not_done)

    def _looked(self) -> NetworksInUse:
        try:
            return NetworksInUse(self._store.active(), self._store.previous())
        except ModelError as error:
            return NetworksInUse(trouble=error.message)

    def _know(self, now: NetworksInUse) -> None:
        self.now, self.is_known = now, True
        self.known.emit(now)

    def _not_done(self, error: Exception) -> None:
        self.failed.emit(
            error.message
            if isinstance(error, ModelError)
            else tr(
                "The networks could not be exchanged ({kind}: {reason}).",
                kind=type(error).__name__,
                reason=error,
            )
        )
        self.known.emit(self.now)  # whoever waits for the exchange has its answer
