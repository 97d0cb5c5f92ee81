"""What the window says and asks over the film about a training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.files.curated_count import CuratedCount
from opacity_studio.gui.frame.message_bar import Choice, Message
from opacity_studio.gui.training.run_follower import FollowedRun
from opacity_studio.gui.training.words import doing, duration, task_name, whose

OFFER: Final = "retrain-offer"
RUN: Final = "training"
CLOSING: Final = "close-training"
MODELS: Final = "models"
"""Topics: a new message takes the place of an older one on the same topic."""


class TrainingMessages:
    """Words a message and its ways out; taking one of them takes the message back.

    Parameters
    ----------
    tell, settle
        Show a message over the film; take back those on a topic.
    """

    def __init__(self, tell: Callable[[Message], None], settle: Callable[[str], None]) -> None:
        self._tell = tell
        self.settle = settle

    def trouble_with_run(self, sentence: str) -> None:
        """Say what could not be done about a run."""
        self._tell(Message(sentence, RUN))

    def trouble_with_models(self, sentence: str) -> None:
        """Say what could not be done with the networks."""
        self._tell(Message(sentence, MODELS))

    def run_ended(
        self, followed: FollowedRun, show: Callable[[], None], resume: Callable[[], None]
    ) -> None:
        """Say how a run ended that nobody looked at."""
        choices = [Choice(tr("Show"), "show-training", self._then(RUN, show))]
        if followed.state == "interrupted":
            choices.insert(0, Choice(tr("Resume"), "resume-training", self._then(RUN, resume)))
        task = task_name(followed.progress.task) or tr("network")
        said = tr("Training ({task}): {outcome}", task=task, outcome=doing(followed))
        self._tell(Message(said, RUN, tuple(choices)))

    def offer(
        self,
        counted: CuratedCount,
        network: str,
        accept: Callable[[], None],
        decline: Callable[[], None],
    ) -> None:
        """Offer a retraining, with how many films are new and whose they are."""
        said = tr_count(
            "{count} film is new since {network} was trained: {readers}.",
            "{count} films are new since {network} was trained: {readers}.",
            counted.new,
            network=network,
            readers=whose(counted),
        )
        choices = (
            Choice(tr("Retrain…"), "retrain", self._then(OFFER, accept)),
            Choice(tr("Later"), "retrain-later", self._then(OFFER, decline)),
        )
        self._tell(Message(said, OFFER, choices))

    def ask_before_closing(
        self, followed: FollowedRun, close: Callable[[], None], stop_and_close: Callable[[], None]
    ) -> None:
        """Ask what becomes of a training that goes on."""
        left = duration(followed.progress.seconds_left)
        said = tr("A training is going on. It can go on without the window.")
        if left:
            said = tr(
                "A training is going on, with about {time} left. It can go on without the window.",
                time=left,
            )
        choices = (
            Choice(tr("Go on in the background"), "training-goes-on", close),
            Choice(tr("Stop it, keep the best epoch"), "stop-training", stop_and_close),
            Choice(tr("Stay"), "stay", lambda: self.settle(CLOSING)),
        )
        self._tell(Message(said, CLOSING, choices))

    def _then(self, topic: str, do: Callable[[], None]) -> Callable[[], None]:
        def chosen() -> None:
            self.settle(topic)
            do()

        return chosen
