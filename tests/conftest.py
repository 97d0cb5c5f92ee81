"""Fixtures every test may use."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import hypothesis
import pytest

from tests.real_labelme import RealLabelMe

# Before anything imports Qt: tests that need a screen start their own.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A busy machine is slow, not wrong.
# On a build server the same examples each time: what fails there must have been changed, not
# found by luck. At a desk they are drawn anew with every run.
hypothesis.settings.register_profile(
    "opacity-studio", deadline=None, derandomize="CI" in os.environ
)
hypothesis.settings.load_profile("opacity-studio")

REPOSITORY = Path(__file__).resolve().parent.parent


def pytest_collection_finish() -> None:
    """Let no collection of garbage, and no look for what a test left, go through what is imported.

    With the window, OpenCV and matplotlib that is most of what lives, and it stays to the end.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def own_user_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch):
    """Keep settings, caches and sample copies of a test run out of the person's own folders."""
    root = tmp_path_factory.mktemp("user")
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(root / variable.lower()))
    # The lock that lets only one training go on at a time lies there, too.
    monkeypatch.setenv("OPACITY_STUDIO_RUNS", str(root / "runs"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real films that lies beside the checkout, or skip saying so."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real films here: {folder} is absent")
    return folder


@pytest.fixture(scope="session")
def covid_cxr(shared_data: Path) -> Path:
    """Return the folder of 70 outlined chest X-rays."""
    return shared_data / "covid-cxr"


@pytest.fixture(scope="session")
def real_labelme(tmp_path_factory: pytest.TempPathFactory) -> RealLabelMe:
    """Return the real LabelMe, or skip saying where it was looked for."""
    python = RealLabelMe.find()
    if python is None:
        pytest.skip("no LabelMe here: not in LABELME_PYTHON, .venv-labelme or this environment")
    return RealLabelMe(python, tmp_path_factory.mktemp("labelme-home"))
