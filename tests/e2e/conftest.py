"""The whole program's fixtures."""

from tests.poor_disks import public_folder, small_disk
from tests.window_fixtures import desk, films, make_desk, models, nothing_left_behind

__all__ = [
    "desk",
    "films",
    "make_desk",
    "models",
    "nothing_left_behind",
    "public_folder",
    "small_disk",
]
