"""The catalogue of the person's language, of those that came with the program."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from opacity_studio.files import languages

_ENVIRONMENT = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of resources with catalogues of German and of Brazil's Portuguese."""
    for code, name, saved in (("de", "Deutsch", "gesichert"), ("pt_BR", "Português", "salvo")):
        catalogue = Catalog(locale=code)
        catalogue.add("English", name)
        catalogue.add("saved", saved)
        data = BytesIO()
        write_mo(data, catalogue)
        folder = tmp_path / "locale" / code / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "opacity_studio.mo").write_bytes(data.getvalue())
    monkeypatch.setattr(languages, "resource", tmp_path.joinpath)
    for name in _ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    languages.languages.cache_clear()
    yield tmp_path
    languages.languages.cache_clear()


def said(language: str) -> str:
    return languages.translations(language).gettext("saved")


def test_what_came_with_the_program_can_be_chosen():
    assert languages.languages() == ("system", "en", "de", "pt_BR")
    assert list(map(languages.language_name, ("en", "de", "pt_BR"))) == [
        "English",
        "Deutsch",
        "Português",
    ]


def test_the_chosen_language_is_spoken(monkeypatch):
    monkeypatch.setenv("LANG", "pt_BR.UTF-8")
    assert said("de") == "gesichert"
    assert said("en") == "saved"
    assert said("fr") == "saved", "there is no French"


@pytest.mark.parametrize(
    ("name", "value", "spoken"),
    [
        ("LANG", "de_AT.UTF-8", "gesichert"),
        ("LC_ALL", "pt_BR", "salvo"),
        ("LANG", "pt_PT.UTF-8", "saved"),
        ("LANG", "C.UTF-8", "saved"),
        ("LANGUAGE", "fr:de:en", "gesichert"),
        ("LANGUAGE", "fr:en:de", "saved"),
        ("LANG", "en_GB.UTF-8", "saved"),
    ],
)
def test_the_language_of_the_system_is_followed(monkeypatch, name, value, spoken):
    monkeypatch.setenv(name, value)
    assert said("system") == spoken


def test_without_any_language_it_is_english():
    assert said("system") == "saved"


def test_a_damaged_catalogue_leaves_the_window_english(shipped, caplog):
    (shipped / "locale" / "de" / "LC_MESSAGES" / "opacity_studio.mo").write_bytes(
        b"not a catalogue"
    )
    assert said("de") == "saved"
    assert "cannot be used" in caplog.text
