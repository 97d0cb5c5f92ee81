"""The texts that translators get, and that every text of the window can be one of them."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import texts
from opacity_studio.files import languages
from opacity_studio.files.languages import translations

COMMAND = "python packaging/texts.py"


@pytest.fixture(scope="module")
def collected() -> Catalog:
    return texts.collected()


def _ids(catalogue: Catalog) -> set[object]:
    return {message.id for message in catalogue if message.id}


def test_the_template_holds_every_text(collected):
    with texts.TEMPLATE.open("rb") as file:
        known, now = _ids(read_po(file)), _ids(collected)
    told = f"texts have changed: run `{COMMAND}` and commit resources/locale"
    assert known == now, told


def test_a_catalogue_is_begun_kept_and_read_by_the_window(tmp_path, monkeypatch, collected):
    template = tmp_path / "locale" / "opacity_studio.pot"
    monkeypatch.setattr(texts, "ROOT", tmp_path)
    monkeypatch.setattr(texts, "LOCALE", template.parent)
    monkeypatch.setattr(texts, "TEMPLATE", template)
    monkeypatch.setattr(texts, "collected", lambda: collected)
    monkeypatch.setattr(languages, "resource", tmp_path.joinpath)
    assert texts.main(["de"]) == 0
    written = template.read_bytes()
    german = tmp_path / "locale" / "de" / "LC_MESSAGES" / "opacity_studio.po"
    text = german.read_text(encoding="utf-8")
    german.write_text(
        text.replace('msgid "Fit film"\nmsgstr ""', 'msgid "Fit film"\nmsgstr "Film einpassen"'),
        encoding="utf-8",
    )
    assert texts.main([]) == 0
    assert template.read_bytes() == written
    assert translations("de").gettext("Fit film") == "Film einpassen"
    assert translations("de").gettext("Fit lungs") == "Fit lungs", "what is missing is English"
    assert translations("de").info()["language"] == "de"


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(texts.PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and name.removeprefix("editing.") in texts.KEYWORDS:
                yield f"{path.relative_to(texts.ROOT)}:{node.lineno}", node


def _placeholders(text: str) -> set[str]:
    """Return the names between braces; keys of actions have a dot and are put in later."""
    found = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    return {name for name in found if "." not in name}


def test_texts_are_whole_literals_and_get_the_values_they_name(collected):
    """A text put together in the call is in no catalogue; a value forgotten breaks the window."""
    wrong = []
    found = {text for ids in _ids(collected) for text in ((ids,) if isinstance(ids, str) else ids)}
    for where, call in _calls():
        values = {keyword.arg for keyword in call.keywords}
        for text in (one for one in call.args if not isinstance(one, ast.Starred)):
            if isinstance(text, ast.JoinedStr | ast.BinOp):
                wrong.append(f"{where}: put the values in by name, not with an f-string or %")
            elif isinstance(text, ast.Constant) and isinstance(text.value, str):
                if text.value not in found:
                    wrong.append(
                        f"{where}: not collected: call it outside of the f-string, and give "
                        "texts that begin with the same singular the same plural"
                    )
                named = _placeholders(text.value) - {"count"}
                if values and None not in values and not named <= values:
                    wrong.append(f"{where}: no value for {', '.join(sorted(named - values))}")
    assert not wrong, "\n".join(wrong)


def test_translations_name_no_value_that_there_is_not():
    """What a translator has mistyped between braces would break the window."""
    for path in texts.LOCALE.glob("*/LC_MESSAGES/*.po"):
        with path.open("rb") as file:
            catalogue = read_po(file)
        for message in catalogue:
            given = (message.id,) if isinstance(message.id, str) else message.id
            made = (message.string,) if isinstance(message.string, str) else message.string
            known = set().union(*map(_placeholders, given))
            for text in made:
                assert _placeholders(text) <= known, f"{path}: {text}"


def test_compiled_catalogues_are_those_of_their_texts():
    for path in texts.LOCALE.glob("*/LC_MESSAGES/*.po"):
        language = Path(path).parent.parent.name
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and isinstance(message.id, str) and message.string:
                    said = translations(language).gettext(message.id)
                    assert message.fuzzy or said == message.string, f"run `{COMMAND}`"
