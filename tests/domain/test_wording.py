"""Texts in the person's language, and in English where there is no catalogue."""

import gettext
from collections.abc import Iterator

import pytest

from opacity_studio.domain import wording
from opacity_studio.domain.wording import tr, tr_count


class _German(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return {"Film {name} saved": "{name} gesichert"}.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return "{count} Film" if n == 1 else "{count} Filme"


@pytest.fixture
def german() -> Iterator[None]:
    wording.speak(_German())
    yield
    wording.speak(gettext.NullTranslations())


def test_without_a_catalogue_texts_are_english():
    assert tr("Film {name} saved", name="a.png") == "Film a.png saved"
    assert tr_count("{count} film", "{count} films", 1) == "1 film"
    assert tr_count("{count} film of {whole}", "{count} films of {whole}", 0, whole=4) == (
        "0 films of 4"
    )


def test_braces_stay_where_no_value_is_given():
    assert tr("{prediction.accept-all} accepts all") == "{prediction.accept-all} accepts all"


@pytest.mark.usefixtures("german")
def test_a_catalogue_puts_another_language_in_their_place():
    assert tr("Film {name} saved", name="a.png") == "a.png gesichert"
    assert tr("Not in the catalogue") == "Not in the catalogue"
    assert [tr_count("{count} film", "{count} films", n) for n in (1, 2)] == ["1 Film", "2 Filme"]
