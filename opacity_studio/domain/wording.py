"""Every sentence a person reads, in their language.

Texts are written in English where they are needed and pass through `tr` or `tr_count`, so that a
catalogue can put another language in their place. Without a catalogue they stay as they are.
"""

from __future__ import annotations

import gettext

_translations = gettext.NullTranslations()


def speak(translations: gettext.NullTranslations) -> None:
    """Translate with `translations` from now on.

    Called once, before the window's modules are imported: their tables are worded then.
    """
    global _translations  # noqa: PLW0603 - a program speaks one language at a time
    _translations = translations


def language() -> str:
    """Return the code of the language spoken, as "pt_BR"; empty for English."""
    return _translations.info().get("language", "")


def marked(text: str, /) -> str:
    """Return `text` as it is, and have it collected for translators.

    For tables that are made before the language is known; who shows the text passes it to `tr`.
    """
    return text


def tr(text: str, /, **values: object) -> str:
    """Return `text` in the person's language, with ``{name}`` replaced by the value of that name.

    `text` is a literal, or was `marked` as one, so that it can be collected for translators; what
    varies goes into `values`. Without values, braces stay as they are.
    """
    # A catalogue keeps notes of its own where other texts have their translation.
    translated = _translations.gettext(text) if text else ""
    return translated.format(**values) if values else translated


def tr_count(one: str, many: str, count: int, /, **values: object) -> str:
    """Return `one` or `many` as `count` wants it, in the person's language.

    ``{count}`` stands for the number: ``tr_count("{count} film", "{count} films", 3)``.
    """
    return _translations.ngettext(one, many, count).format(count=count, **values)
