from __future__ import annotations

from opacity_studio.files.resource_path import resource
from tests.conftest import REPOSITORY


def test_a_checkout_keeps_its_resources_beside_the_package() -> None:
    assert resource("models", "active.json") == REPOSITORY / "resources" / "models" / "active.json"
