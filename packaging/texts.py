"""Collects every text of the window for translators, and compiles what they give back.

    python packaging/texts.py         # after texts have changed
    python packaging/texts.py de      # begin German: resources/locale/de/…/opacity_studio.po

Writes ``resources/locale/opacity_studio.pot``, brings each catalogue (``.po``) up to date with it,
and compiles those (``.mo``) that the window reads. Needs the `dev` extra.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = ROOT / "opacity_studio"
LOCALE: Final = ROOT / "resources" / "locale"
TEMPLATE: Final = LOCALE / "opacity_studio.pot"

KEYWORDS: Final = {"tr": None, "marked": None, "tr_count": (1, 2), "named": (1, 2)}
"""What texts pass through (`domain.wording`, `review.editing`), and which arguments they are."""

NOTES: Final = "Translators:"
"""Begins a comment above a text that explains it."""

_ONCE: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""In place of the time of writing: the same texts give the same file."""


def collected(package: Path = PACKAGE) -> Catalog:
    """Return the texts of the package, without any translation."""
    catalogue = Catalog(
        project="Opacity Studio",
        msgid_bugs_address="",
        creation_date=_ONCE,
        revision_date=_ONCE,
        fuzzy=False,
    )
    catalogue.header_comment = (
        "# Texts of Opacity Studio.\n"
        "# What stands in braces is put in by the program: keep it as it is.\n"
        '# Put the language\'s own name in place of "English".'
    )
    for name, _line, text, notes, _context in extract_from_dir(
        package, keywords=KEYWORDS, comment_tags=(NOTES,), strip_comment_tags=True
    ):
        # Without line numbers: moving a text changes nothing for its translators.
        catalogue.add(text, locations=[(f"opacity_studio/{name}", 0)], auto_comments=notes)
    return _plain(catalogue)


def _plain(catalogue: Catalog) -> Catalog:
    """Take the mark of %-formatting away: a per cent sign is one here."""
    for message in catalogue:
        message.flags.discard("python-format")
    return catalogue


def begun(language: str) -> Path:
    """Return the catalogue of `language`, made where there is none."""
    path = LOCALE / language / "LC_MESSAGES" / "opacity_studio.po"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, Catalog(locale=language, creation_date=_ONCE, fuzzy=False))
    return path


def updated(path: Path, template: Catalog) -> Catalog:
    """Return the catalogue in `path` with the texts of `template`.

    A translation whose text has changed is kept and marked as fuzzy until somebody has looked at
    it; fuzzy ones are not compiled.
    """
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.parent.name)
    catalogue.update(template)
    return _plain(catalogue)


def _write(path: Path, catalogue: Catalog) -> None:
    data = BytesIO()
    write_po(data, catalogue, width=100, sort_output=True, include_lineno=False)
    # Whichever Babel wrote it: the same texts give the same file.
    lines = data.getvalue().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if not line.startswith(b'"Generated-By')))


def main(arguments: list[str]) -> int:
    """Write template and catalogues; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("language", nargs="*", help="to begin, as in: de pt_BR")
    for language in parser.parse_args(arguments).language:
        begun(language)
    template = collected()
    LOCALE.mkdir(parents=True, exist_ok=True)
    _write(TEMPLATE, template)
    print(f"{TEMPLATE.relative_to(ROOT)}: {len(template)} texts")
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/opacity_studio.po")):
        catalogue = updated(path, template)
        _write(path, catalogue)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
        done = sum(bool(each.string) and not each.fuzzy for each in catalogue if each.id)
        print(f"{path.relative_to(ROOT)}: {done} of {len(template)} translated")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
