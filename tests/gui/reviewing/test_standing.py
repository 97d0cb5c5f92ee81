from dataclasses import replace
from datetime import UTC, datetime

import pytest

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.review_status import Reader, ReviewEvent, ReviewRecord, ReviewStatus
from opacity_studio.gui.reviewing.event_words import details, headline, moment_text
from opacity_studio.gui.reviewing.standing import standing_of
from opacity_studio.review.marking import event_now, recorded

EMPTY = Annotation("film.png", 100, 100)
NOW = datetime.now(UTC)
EVENT = event_now(EMPTY, "annotated", Reader("Ada"), NOW, "test")


def after(*kinds: str, **about: object) -> Annotation:
    annotation = EMPTY
    for kind in kinds:
        reviews = kind in ("approved", "returned", "unlocked")
        reader = Reader("Rey", "reviewer") if reviews else Reader("Ada")
        extra = about if kind == kinds[-1] else {}
        annotation = recorded(annotation, event_now(annotation, kind, reader, NOW, "test", **extra))
    return annotation


def test_an_unread_film_has_nothing_more_to_say():
    assert (standing_of(EMPTY, "annotator").text, standing_of(EMPTY, "annotator").note) == (
        "Unread",
        "",
    )


def test_state_name_and_moment_are_said():
    standing = standing_of(after("annotated"), "reviewer")
    assert standing.status is ReviewStatus.ANNOTATED
    assert standing.text == "Annotated by Ada"
    assert standing.note.startswith("today ")


def test_only_a_reviewer_is_told_the_key_that_unlocks():
    approved = after("annotated", "approved")
    assert "{film.unlock} unlocks" in standing_of(approved, "reviewer").note
    assert standing_of(approved, "annotator").note.startswith("locked · ")


def test_a_returned_film_says_why():
    returned = after("annotated", "returned", reason="left base")
    assert standing_of(returned, "annotator").note.startswith("left base · ")


def test_an_approval_lost_is_said():
    record = after("annotated", "approved").review
    *before, approval = record.events
    other = replace(record, events=(*before, replace(approval, shapes_digest="of others")))
    lost = replace(EMPTY, review=other)
    assert "approval lost" in standing_of(lost, "reviewer").note


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (EVENT, "Marked as annotated"),
        (replace(EVENT, kind="removed", label="opacity"), "Taken away: opacity"),
        (replace(EVENT, kind="commented"), "Comment"),
        (replace(EVENT, kind="commented", label="opacity"), "Comment on opacity"),
        (replace(EVENT, kind="commented", answers="2026"), "Answer"),
        (replace(EVENT, kind="of a later version"), "of a later version"),
    ],
)
def test_headlines(event: ReviewEvent, words: str):
    assert headline(event) == words


def test_reasons_are_worded_and_typed_ones_kept():
    assert details(replace(EVENT, reason="missed")) == "Missed"
    assert details(replace(EVENT, reason="left base", blind=True)) == (
        "left base\nBefore the prediction was seen"
    )


def test_a_time_that_is_none_is_shown_as_it_is():
    assert moment_text(replace(EVENT, time="whenever"), NOW) == "whenever"
    assert ReviewRecord().events == ()
