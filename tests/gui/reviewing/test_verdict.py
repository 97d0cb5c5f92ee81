from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.correction import CorrectionReason
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.review_status import Reader
from opacity_studio.domain.shape import Shape
from opacity_studio.gui.reviewing.changes_view import caption_of
from opacity_studio.gui.reviewing.verdict import verdict_on
from opacity_studio.gui.reviewing.verdict_bar import verdict_text
from opacity_studio.review.session import ReviewSession

ADA, REY = Reader("Ada", "annotator"), Reader("Rey", "reviewer")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BOX = np.array([(10, 10), (60, 10), (60, 60), (10, 60)], float)


class Story:
    """A film that goes from hand to hand, a minute a step."""

    def __init__(self) -> None:
        film = Radiograph(np.zeros((200, 200), np.uint8), path=Path("film.png"))
        self.session = ReviewSession(ADA)
        self.session.open(film, Annotation("film.png", 200, 200, (Shape("opacity", BOX),)))
        self._now = NOW

    def by(self, reader: Reader) -> ReviewSession:
        self.session.set_reader(reader)
        return self.session

    def now(self) -> tuple[datetime, str]:
        self._now += timedelta(minutes=1)
        return self._now, "test"

    def draw(self, x: float) -> None:
        annotation = self.session.annotation
        self.session.commit("Draw", annotation.adding(Shape("opacity", BOX + np.array([x, 0.0]))))

    @property
    def verdict(self):
        return verdict_on(self.session.annotation)


@pytest.fixture
def story() -> Story:
    """Return a film that the annotator has marked."""
    made = Story()
    made.by(ADA).mark_done(*made.now())
    return made


def test_nothing_is_said_before_the_reviewer_was_there(story: Story):
    assert story.verdict is None


def test_nothing_is_said_of_an_approval_as_it_was(story: Story):
    story.by(REY).approve(*story.now())
    assert story.verdict is None


def test_a_return_says_who_when_and_why(story: Story):
    story.by(REY).return_film("left base", *story.now())
    verdict = story.verdict
    assert verdict.is_return
    assert not verdict.changes
    assert verdict_text(verdict, NOW).startswith("Returned by Rey, ")
    assert verdict_text(verdict, NOW).endswith("left base")


def test_corrections_are_told_with_their_reasons(story: Story):
    session = story.by(REY)
    story.draw(80)
    session.select({session.annotation.shapes[-1].key})
    session.set_reason(CorrectionReason.MISSED, *story.now())
    session.comment("look again", (), *story.now())
    session.approve(*story.now())
    verdict = story.verdict
    (added,) = verdict.changes.added
    assert caption_of(added) == "added: Missed"
    words = verdict_text(verdict, NOW)
    assert words.startswith("Corrected and approved by Rey")
    assert "1 region added" in words
    assert "“look again”" in words


def test_what_the_annotator_draws_after_the_return_is_not_the_reviewers(story: Story):
    story.by(REY)
    story.draw(80)
    story.session.return_film("lungs", *story.now())
    story.by(ADA)
    story.draw(-5)
    verdict = story.verdict
    assert len(verdict.changes.added) == 1


def test_marking_again_settles_it(story: Story):
    story.by(REY).return_film("left base", *story.now())
    story.by(ADA)
    story.draw(80)
    story.session.mark_done(*story.now())
    assert story.verdict is None


def test_a_comment_alone_is_worth_a_word(story: Story):
    story.by(REY).comment("nice", (), *story.now())
    story.session.approve(*story.now())
    assert verdict_text(story.verdict, NOW).startswith("Approved by Rey")


def test_changed_and_relabelled_outlines_are_called_so(story: Story):
    session = story.by(REY)
    (shape,) = session.annotation.shapes
    session.commit("Move", session.annotation.replacing(shape.key, shape.with_outline(BOX + 5)))
    session.approve(*story.now())
    (changed,) = story.verdict.changes.changed
    assert caption_of(changed) == "changed"
    assert caption_of(replace(changed, after=replace(changed.after, label="effusion"))) == (
        "now effusion"
    )
