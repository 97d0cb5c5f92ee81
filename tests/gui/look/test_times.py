from datetime import datetime, timedelta

import pytest

from opacity_studio.gui.look.times import time_in_words

NOW = datetime(2026, 11, 22, 9, 31).astimezone()


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(), "today 09:31"),
        (timedelta(hours=9), "today 00:31"),
        (timedelta(hours=10), "yesterday 23:31"),
        (timedelta(days=2), "20 Nov 2026, 09:31"),
        (timedelta(days=300), "26 Jan 2026, 09:31"),
    ],
)
def test_a_moment_is_said_as_a_person_would(before, words):
    assert time_in_words(NOW - before, NOW) == words
