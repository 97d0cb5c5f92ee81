"""What marks the tests that train or export a real network."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

REAL_TRAINING = [
    # Asked for, not imported: TensorFlow costs seconds and most of a gigabyte, and whoever
    # collects these tests may never run one.
    pytest.mark.skipif(find_spec("tensorflow") is None, reason="the train extra is not installed"),
    # Where tests run side by side, one process pays for it, and no two trainings meet.
    pytest.mark.xdist_group("training"),
]
