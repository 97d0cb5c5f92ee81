"""What marks the tests that train or export a real network."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

# Asked for, not imported: TensorFlow costs seconds and most of a gigabyte, and whoever collects
# these tests may never run one.
REAL_TRAINING = pytest.mark.skipif(
    find_spec("tensorflow") is None, reason="the train extra is not installed"
)
