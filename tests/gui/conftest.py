"""The window's fixtures."""

from tests.window_fixtures import desk, films, make_desk, models, nothing_left_behind

__all__ = ["desk", "films", "make_desk", "models", "nothing_left_behind"]
