"""The small file that says which networks are in use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from opacity_studio.domain.errors import ModelError
from opacity_studio.files.model_pointer import (
    MOST_KEPT,
    read_pointer,
    remembered,
    write_pointer,
)


def test_no_file_names_nothing(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        pointer = read_pointer(folder)
        assert (pointer.chosen, pointer.history, pointer.digest) == ({}, (), None)


def test_what_was_said_before_is_remembered_newest_first(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    for name in ("a", "b", "c"):
        pointer = read_pointer(folder)
        write_pointer(pointer, {"opacity": name}, remembered(pointer))
    said = json.loads((folder / "active.json").read_text())
    assert said["opacity"] == "c"
    assert [entry.get("opacity") for entry in said["history"]] == ["b", "a", None]
    assert all(entry["replaced"].endswith("+00:00") for entry in said["history"])
    assert read_pointer(folder).earlier() == ({"opacity": "b"}, {"opacity": "a"}, {})


def test_old_entries_are_forgotten(tmp_path: Path) -> None:
    entries = tuple({"opacity": f"m{number}"} for number in range(50))
    write_pointer(read_pointer(tmp_path), {"opacity": "now"}, entries)
    assert read_pointer(tmp_path).history == entries[:MOST_KEPT]


def test_two_programs_at_once_do_not_overwrite_each_other(tmp_path: Path) -> None:
    write_pointer(read_pointer(tmp_path), {"opacity": "a"}, ())
    mine = theirs = read_pointer(tmp_path)
    write_pointer(theirs, {"opacity": "theirs"}, remembered(theirs))
    with pytest.raises(ModelError, match="was changed by another program just now"):
        write_pointer(mine, {"opacity": "mine"}, remembered(mine))
    assert read_pointer(tmp_path).chosen == {"opacity": "theirs"}


def test_a_folder_in_its_place_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "active.json").mkdir()
    with pytest.raises(ModelError, match="cannot be read because a folder has that name"):
        read_pointer(tmp_path)
