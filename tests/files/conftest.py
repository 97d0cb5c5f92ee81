"""Fixtures of the tests of reading and writing."""

from tests.poor_disks import public_folder, small_disk

__all__ = ["public_folder", "small_disk"]
