"""The secret of pseudonyms: made once, for its owner only, never again over a damaged one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from opacity_studio.domain.errors import ExportError
from opacity_studio.files.pseudonym_key import load_pseudonym_key, pseudonym_key_path


def test_the_key_is_made_once_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "new" / "pseudonym.key"
    key = load_pseudonym_key(path)
    assert len(key) == 32
    assert load_pseudonym_key(path) == key
    assert load_pseudonym_key(tmp_path / "other.key") != key
    assert [entry.name for entry in path.parent.iterdir()] == ["pseudonym.key"]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_lies_beside_the_settings() -> None:
    load_pseudonym_key()
    assert pseudonym_key_path().is_file()
    assert pseudonym_key_path().parent.name == "opacity-studio"


@pytest.mark.parametrize("content", ["", "zz", "00ff"])
def test_a_damaged_key_is_not_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / "pseudonym.key"
    path.write_text(content)
    with pytest.raises(ExportError, match="is damaged"):
        load_pseudonym_key(path)
    assert path.read_text() == content


def test_a_key_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="cannot be used because"):
        load_pseudonym_key(tmp_path / "file" / "pseudonym.key")
