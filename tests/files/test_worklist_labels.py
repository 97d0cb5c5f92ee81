from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from opacity_studio.domain.errors import SettingsError
from opacity_studio.files import worklist_labels
from opacity_studio.files.atomic import write_atomically
from opacity_studio.files.worklist_labels import add_labels, read_labels


def test_a_folder_without_the_file_names_none(tmp_path: Path):
    assert read_labels(tmp_path) == ()
    assert list(tmp_path.iterdir()) == []


def test_the_first_label_makes_the_file_labelme_reads(tmp_path: Path):
    add_labels(tmp_path, ["effusion"])
    assert read_labels(tmp_path) == ("effusion",)
    text = (tmp_path / "labels.txt").read_text()
    assert text == "opacity\nright_lung\nleft_lung\neffusion\n"
    add_labels(tmp_path, ["effusion"])
    assert (tmp_path / "labels.txt").read_text() == text


def test_labels_are_added_at_the_end_and_everything_else_stays(tmp_path: Path):
    path = tmp_path / "labels.txt"
    path.write_text("__ignore__\n_background_\n tube \n\nopacity\nläsion", encoding="utf-8")
    assert read_labels(tmp_path) == ("tube", "läsion")
    add_labels(tmp_path, ["läsion", "effusion"])
    assert read_labels(tmp_path) == ("tube", "läsion", "effusion")
    assert path.read_text(encoding="utf-8").startswith("__ignore__\n_background_\n tube \n")


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"\x00\x80"])
def test_a_file_that_is_no_text_is_left_alone(tmp_path: Path, data: bytes):
    (tmp_path / "labels.txt").write_bytes(data)
    assert read_labels(tmp_path) == ()
    with pytest.raises(SettingsError, match="keeps its key"):
        add_labels(tmp_path, ["effusion"])
    assert (tmp_path / "labels.txt").read_bytes() == data


def test_where_it_cannot_be_written_that_is_said(tmp_path: Path):
    with pytest.raises(SettingsError, match="could not be saved"):
        add_labels(tmp_path / "gone", ["effusion"])


def test_a_file_that_never_stands_still_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "labels.txt"

    def while_another_one_adds(*arguments: Any, **options: Any) -> str:
        path.write_text(f"{path.read_text() if path.exists() else ''}more\n")
        return write_atomically(*arguments, **options)

    monkeypatch.setattr(worklist_labels, "write_atomically", while_another_one_adds)
    with pytest.raises(SettingsError, match="keeps changing"):
        add_labels(tmp_path, ["effusion"])
    assert set(path.read_text().split()) == {"more"}
