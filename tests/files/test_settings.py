"""Settings survive, damaged files cost nothing but a sentence."""

from __future__ import annotations

import json
import logging
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.errors import SettingsError
from opacity_studio.files.settings import (
    Settings,
    load_settings,
    rule_of,
    save_settings,
    setting_names,
    settings_path,
)


def test_without_a_file_the_defaults_hold():
    assert not settings_path().exists()
    assert load_settings() == Settings()


def test_what_is_saved_is_loaded():
    chosen = Settings(
        reader_name="Dr. Søren 山田",
        reader_role="reviewer",
        theme="light",
        overlay_opacity=0.5,
        recent_worklists=("/films/été", "/films/\udce9"),
        shortcuts={"tool.brush": ("Ctrl+Ö",), "tool.cut": ()},
        layout={"columns": (1000, 320)},
        autosave_delay=2.5,
    )
    save_settings(chosen)
    assert load_settings() == chosen
    assert [each.name for each in settings_path().parent.iterdir()] == ["settings.json"]


def test_unknown_keys_survive(tmp_path: Path):
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "light", "from_the_future": {"a": [1, null]}}')
    save_settings(replace(load_settings(path), theme="dark"), path)
    stored = json.loads(path.read_text())
    assert stored["from_the_future"] == {"a": [1, None]}
    assert stored["theme"] == "dark"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("theme", 3),
        ("reader_role", None),
        ("overlay_opacity", 1.5),
        ("overlay_opacity", float("nan")),
        ("overlay_opacity", True),
        ("shortcuts", ["B"]),
        ("shortcuts", {"tool.brush": "B"}),
        ("layout", {"columns": ["a"]}),
        ("autosave_delay", "fast"),
        ("overlay_opacity", "0.5"),
        ("retrain_after", 2.5),
        ("retrain_after", -1),
        ("retrain_after", True),
        ("recent_worklists", "/films"),
        ("recent_worklists", [1]),
    ],
)
def test_a_value_that_does_not_fit_is_the_default_and_the_rest_holds(
    tmp_path: Path, name: str, value: object, caplog: pytest.LogCaptureFixture
):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"reader_name": "A", name: value}))
    with caplog.at_level(logging.WARNING):
        assert load_settings(path) == Settings(reader_name="A")
    assert name in caplog.text


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"5", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_damaged_file_is_said_and_kept_aside(tmp_path: Path, data: bytes):
    path = tmp_path / "settings.json"
    path.write_bytes(data)
    with pytest.raises(SettingsError, match=r"^settings.json is damaged.*\.$"):
        load_settings(path)
    save_settings(Settings(theme="light"), path)
    assert load_settings(path).theme == "light"
    assert (tmp_path / "settings.json.damaged").read_bytes() == data


@given(st.binary(max_size=60))
def test_no_content_crashes(tmp_path_factory: pytest.TempPathFactory, data: bytes):
    path = tmp_path_factory.mktemp("any") / "settings.json"
    path.write_bytes(data)
    try:
        loaded = load_settings(path)
    except SettingsError:
        return
    assert isinstance(loaded, Settings)


def test_settings_that_cannot_be_read_or_written_are_one_sentence(tmp_path: Path):
    (tmp_path / "settings.json").mkdir()
    with pytest.raises(SettingsError, match=r"^settings.json cannot be read because"):
        load_settings(tmp_path / "settings.json")
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"^settings.json could not be saved because"):
        save_settings(Settings(), tmp_path / "file" / "settings.json")


def test_every_setting_explains_itself():
    named = {each.name for each in fields(Settings)} - {"extra"}
    assert set(setting_names()) == named
    for name in named:
        rule = rule_of(name)
        assert rule.label
        assert rule.help.endswith(".")
        default = getattr(Settings(), name)
        if rule.choices:
            assert default in rule.choices
        if isinstance(default, float):
            assert rule.least <= default <= rule.most
