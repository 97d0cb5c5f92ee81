"""What a person has chosen, kept between runs in one small JSON file."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import platformdirs

from opacity_studio.domain.errors import SettingsError
from opacity_studio.domain.review_status import Role
from opacity_studio.domain.wording import marked, tr
from opacity_studio.files.atomic import reason_of, write_atomically
from opacity_studio.files.languages import SYSTEM, language_name, languages

_LOG: Final = logging.getLogger(__name__)
_MOST_RECENT: Final = 50


@dataclass(frozen=True, slots=True)
class Rule:
    """How a setting is named, explained and checked; the dialog is made from this.

    Settings are read before the language is known: texts are `marked` here, and pass through `tr`
    where they are shown.

    Attributes
    ----------
    label, help
        For the dialog.
    choices
        The values allowed, for a setting that has few.
    least, most
        Bounds of a number.
    shown
        False for what the program remembers by itself and no dialog shows.
    section
        Heading it stands under in the dialog.
    unit
        What a number counts, as in "s"; "%" shows a share of 0 to 1 in hundredths.
    """

    label: str
    help: str
    choices: tuple[str, ...] = ()
    least: float = -math.inf
    most: float = math.inf
    shown: bool = True
    section: str = ""
    unit: str = ""


def _setting(default: Any, rule: Rule) -> Any:  # noqa: ANN401 - as `dataclasses.field`
    if isinstance(default, Mapping):
        return field(default_factory=lambda: default, metadata={"rule": rule})
    return field(default=default, metadata={"rule": rule})


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; each with its `Rule` as metadata (see `rule_of`).

    Attributes
    ----------
    extra
        Keys of the file that this version does not know; written back as they were.
    """

    reader_name: str = _setting(
        "",
        Rule(
            marked("Your name"),
            marked("Recorded with every film you mark; asked for with the first."),
            section=marked("Reader"),
        ),
    )
    reader_role: Role = _setting(  # noqa: RUF009 - a dataclass field like its neighbours
        "annotator",
        Rule(
            marked("Your role"),
            marked("Annotators outline and mark films as done; reviewers approve or return them."),
            choices=("annotator", "reviewer"),
            section=marked("Reader"),
        ),
    )
    blind_first: bool = _setting(
        False,
        Rule(
            marked("Read blind first"),
            marked("The prediction stays hidden until you have marked the film, or ask for it."),
            section=marked("Reader"),
        ),
    )
    readers_apart: bool = _setting(
        False,
        Rule(
            marked("Read apart"),
            marked(
                "An annotator's outlines go to annotations/NAME below the films, so that nobody "
                "sees another's; reviewers compare them and decide beside the films."
            ),
            section=marked("Reader"),
        ),
    )
    repeat_share: float = _setting(
        0.0,
        Rule(
            marked("Films that come back"),
            marked(
                "This share of the films you mark comes back unannounced under another name, so "
                "that you learn how consistent you are; an annotator's setting."
            ),
            least=0.0,
            most=0.5,
            section=marked("Reader"),
            unit="%",
        ),
    )
    repeat_distance: int = _setting(
        30,
        Rule(
            marked("Come back after"),
            marked("So many other films you marked since, at the next opening of the folder."),
            least=1,
            most=10_000,
            section=marked("Reader"),
            unit=marked("films"),
        ),
    )
    language: str = _setting(
        SYSTEM,
        Rule(
            marked("Language"),
            marked("Of menus and messages, from the next start on."),
            languages(),
            section=marked("Display"),
        ),
    )
    theme: Literal["dark", "light"] = _setting(
        "dark",
        Rule(
            marked("Theme"),
            marked("Dark for reading films, light for bright rooms."),
            ("dark", "light"),
            section=marked("Display"),
        ),
    )
    overlay_opacity: float = _setting(
        0.35,
        Rule(
            marked("Heat map"),
            marked("How strongly the prediction tints the film."),
            least=0.0,
            most=1.0,
            section=marked("Display"),
            unit="%",
        ),
    )
    order_when_idle: bool = _setting(
        True,
        Rule(
            marked("Find out what matters next"),
            marked("Looks into films while nothing else goes on, for the order of that name."),
            section=marked("Model"),
        ),
    )
    retrain_after: int = _setting(
        20,
        Rule(
            marked("Offer to retrain after"),
            marked("So many newly marked films; 0 never offers. Nothing is trained unasked."),
            least=0,
            most=100_000,
            section=marked("Model"),
            unit=marked("films"),
        ),
    )
    brush_size: float = _setting(
        0.02,
        Rule(
            marked("Brush"),
            marked("Radius as a share of the film's longer side."),
            least=0.001,
            most=0.25,
            section=marked("Tools"),
            unit="%",
        ),
    )
    autosave_delay: float = _setting(
        0.8,
        Rule(
            marked("Save after"),
            marked("From the last edit to the file; leaving a film always saves at once."),
            least=0.2,
            most=60.0,
            section=marked("Saving"),
            unit="s",
        ),
    )
    seen_run: str = _setting(
        "", Rule("Training last seen", "Name of the run whose end was told.", shown=False)
    )
    recent_worklists: tuple[str, ...] = _setting(
        (), Rule("Recent worklists", "Folders opened lately, the last one first.", shown=False)
    )
    patient_timeline: bool = _setting(
        False,
        Rule(
            marked("Films of the patient"),
            marked("A strip below the film, where a patient has several."),
            shown=False,
        ),
    )
    worklist_order: tuple[str, ...] = _setting(
        (), Rule("Order of the worklist", "Its name, and how it is turned.", shown=False)
    )
    recent_actions: tuple[str, ...] = _setting(
        (), Rule("Recent actions", "Run from the palette, the last one first.", shown=False)
    )
    shortcuts: Mapping[str, tuple[str, ...]] = _setting(
        MappingProxyType({}), Rule("Shortcuts", "Keys by action, where chosen.", shown=False)
    )
    layout: Mapping[str, tuple[int, ...]] = _setting(
        MappingProxyType({}), Rule("Layout", "Sizes of the window and its parts.", shown=False)
    )
    extra: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


def rule_of(name: str) -> Rule:
    """Return the rule of the setting `name`."""
    rule: Rule = _FIELDS[name].metadata["rule"]
    return rule


_FIELDS: Final = {each.name: each for each in dataclasses.fields(Settings) if each.metadata}


_CHOICES: Final[Mapping[str, str]] = {
    "annotator": marked("annotator"),
    "reviewer": marked("reviewer"),
    "dark": marked("dark"),
    "light": marked("light"),
    SYSTEM: marked("as the system"),
}


def choice_name(value: str) -> str:
    """Return what a dialog calls one of the choices of a setting."""
    return tr(_CHOICES[value]) if value in _CHOICES else language_name(value)


def setting_names() -> tuple[str, ...]:
    """Return the names of all settings, in the order a dialog shows them."""
    return tuple(_FIELDS)


def settings_path() -> Path:
    """Return where the settings are kept: in the person's own configuration folder."""
    return platformdirs.user_config_path("opacity-studio", appauthor=False) / "settings.json"


def load_settings(path: Path | None = None) -> Settings:
    """Return the settings in `path` (default: `settings_path`); the defaults without a file.

    A value that does not fit its setting counts as not set, and is logged.

    Raises
    ------
    SettingsError
        When the file cannot be read or is damaged; the caller goes on with ``Settings()``.
    """
    path = path or settings_path()
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise SettingsError(
            tr(
                "{file} cannot be read because {reason}, so the settings are back to "
                "their defaults; check the file's permissions.",
                file=path.name,
                reason=reason_of(error),
            ),
            path,
        ) from error
    stored = _parsed(data)
    if stored is None:
        raise SettingsError(
            tr(
                "{file} is damaged, so the settings are back to their defaults; it is "
                "kept as {name} when they are next saved.",
                file=path.name,
                name=_aside(path).name,
            ),
            path,
        )
    values = {}
    for name in _FIELDS:
        if name not in stored:
            continue
        value = _fitting(name, stored[name])
        if value is None:
            _LOG.warning("%s: %s has a value it cannot have; the default holds", path.name, name)
        else:
            values[name] = value
    extra = {name: value for name, value in stored.items() if name not in _FIELDS}
    return Settings(**values, extra=MappingProxyType(extra))


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Write the settings to `path` (default: `settings_path`), whole or not at all.

    Raises
    ------
    SettingsError
        When they cannot be written; the old file stands.
    """
    path = path or settings_path()
    stored = {**settings.extra, **{name: _plain(getattr(settings, name)) for name in _FIELDS}}
    data = (json.dumps(stored, indent=2, ensure_ascii=False) + "\n").encode(
        errors="surrogateescape"
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _keep_damaged(path)
        write_atomically(path, data)
    except OSError as error:
        raise SettingsError(
            tr(
                "{file} could not be saved because {reason}; the settings hold until "
                "the program is closed.",
                file=path.name,
                reason=reason_of(error),
            ),
            path,
        ) from error


def _plain(value: Any) -> Any:  # noqa: ANN401 - the value of any setting
    return dict(value) if isinstance(value, Mapping) else value


def _parsed(data: bytes) -> dict[str, Any] | None:
    try:
        # Folder names need not be text to the operating system; see `save_settings`.
        stored = json.loads(data.decode("utf-8-sig", errors="surrogateescape"))
    except (ValueError, RecursionError):
        return None
    return stored if isinstance(stored, dict) else None


def _aside(path: Path) -> Path:
    return path.with_name(f"{path.name}.damaged")


def _keep_damaged(path: Path) -> None:
    """Put a file that a person may want to mend out of the way of the next one."""
    with contextlib.suppress(FileNotFoundError):
        if _parsed(path.read_bytes()) is None:
            path.replace(_aside(path))


def _fitting(name: str, value: Any) -> Any:  # noqa: ANN401 - whatever the file holds
    """Return `value` as the setting's own type, or None where it does not fit."""
    rule, default = rule_of(name), getattr(Settings(), name)
    if isinstance(default, str):
        fits = isinstance(value, str) and (not rule.choices or value in rule.choices)
        return value if fits else None
    if isinstance(default, Mapping):
        return _fitting_lists(name, value)
    if isinstance(default, tuple):
        texts = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return tuple(value[:_MOST_RECENT]) if texts else None
    if isinstance(default, bool) or isinstance(value, bool):
        return value if isinstance(value, bool) and isinstance(default, bool) else None
    # A whole number will do for a fraction, but not the other way round.
    kind = int if isinstance(default, int) else int | float
    fits = isinstance(value, kind) and rule.least <= value <= rule.most
    return type(default)(value) if fits else None


def _fitting_lists(name: str, value: Any) -> Any:  # noqa: ANN401 - whatever the file holds
    """Return `value` as lists by name, of keys or of sizes, or None where it does not fit."""
    kind = int if name == "layout" else str
    if not isinstance(value, dict):
        return None
    fits = all(
        isinstance(each, list) and all(type(one) is kind for one in each) for each in value.values()
    )
    return MappingProxyType({key: tuple(each) for key, each in value.items()}) if fits else None
