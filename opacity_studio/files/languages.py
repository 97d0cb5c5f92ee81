"""The languages the window speaks: compiled gettext catalogues among the program's resources.

One catalogue a language: ``resources/locale/<language>/LC_MESSAGES/opacity_studio.mo``. English is
in the source itself and needs none.
"""

from __future__ import annotations

import gettext
import locale
import logging
import os
import sys
from functools import cache
from pathlib import Path
from typing import Final

from opacity_studio.domain.wording import marked
from opacity_studio.files.resource_path import resource

SYSTEM: Final = "system"
"""The language of the person's own surroundings."""

ENGLISH: Final = "en"

_DOMAIN: Final = "opacity_studio"
_LOG: Final = logging.getLogger(__name__)


@cache
def languages() -> tuple[str, ...]:
    """Return what can be chosen: `SYSTEM`, `ENGLISH`, and a code such as "de" a catalogue."""
    found = resource("locale").glob(f"*/LC_MESSAGES/{_DOMAIN}.mo")
    others = sorted(path.parent.parent.name for path in found)
    return SYSTEM, ENGLISH, *(code for code in others if code != ENGLISH)


def translations(language: str) -> gettext.NullTranslations:
    """Return the catalogue of `language`; one that leaves everything English where there is none.

    Parameters
    ----------
    language
        One of `languages`. With `SYSTEM`, the first of the person's languages that is known.
    """
    wanted = _of_the_system() if language == SYSTEM else [language]
    path = gettext.find(_DOMAIN, resource("locale"), _before_english(wanted))
    if path is None:
        return gettext.NullTranslations()
    try:
        with Path(path).open("rb") as file:
            return gettext.GNUTranslations(file)
    except (OSError, ValueError) as error:
        _LOG.warning("%s cannot be used (%s); the window speaks English", path, error)
        return gettext.NullTranslations()


def language_name(language: str) -> str:
    """Return what its speakers call `language`: what its catalogue puts in place of "English"."""
    itself = marked("English")
    return itself if language == ENGLISH else translations(language).gettext(itself)


def _before_english(wanted: list[str]) -> list[str]:
    """Return the languages that come before English, which is always there."""
    codes = [code.replace("-", "_") for code in wanted]
    english = next((n for n, code in enumerate(codes) if code.split("_")[0] == ENGLISH), None)
    return codes[:english]


def _of_the_system() -> list[str]:
    """Return the languages of the environment, as gettext reads it, else of the system."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return os.environ[name].split(":")
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - there is none of this elsewhere

        number = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return [locale.windows_locale.get(number, ENGLISH)]
    return []
