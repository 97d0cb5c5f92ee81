"""Fixtures for training."""

from tests.poor_disks import small_disk

__all__ = ["small_disk"]
