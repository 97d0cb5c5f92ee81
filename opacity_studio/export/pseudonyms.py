"""Names that tell one patient from another, and to nobody who the patient is.

A pseudonym is a keyed hash (HMAC-SHA256) of the id. The key is a secret of the person who exports
(`files.pseudonym_key`) and never goes out: exporting twice gives the same pseudonyms, and nobody
finds an id by hashing all ids there could be, as one would with a plain hash.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Final

_DIGITS: Final = 16
_FILM_DIGITS: Final = 8
_SHORTEST_ANYWHERE: Final = 5
"""Ids of fewer letters and digits are found only as words of their own: 39 is not in 1396."""

_SHORTEST_IN_TEXT: Final = 4
"""Names of fewer are not looked for in sentences: 39 there is a temperature, not a patient."""

_LONG_NUMBER: Final = re.compile(r"\d{5}", re.ASCII)
_WORD: Final = re.compile(r"[^\W_]+")


class Pseudonyms:
    """What patients, readers and films are called outside.

    Parameters
    ----------
    key
        The secret.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    @property
    def fingerprint(self) -> str:
        """Tells whether two exports share a key, and nothing about the key."""
        return self._hash("key", "")[:_DIGITS]

    def patient(self, patient: str) -> str:
        """Return what a patient is called."""
        return "p" + self._hash("patient", patient)[:_DIGITS]

    def reader(self, reader: str) -> str:
        """Return what a reader is called."""
        return "reader-" + self._hash("reader", reader)[:_FILM_DIGITS]

    def film(self, patient: str, name: str) -> str:
        """Return the stem of a film that must not keep its own: its patient's, and a mark."""
        return f"{self.patient(patient)}-{self._hash('film', name)[:_FILM_DIGITS]}"

    def _hash(self, kind: str, text: str) -> str:
        message = f"{kind}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()


def identifier_pattern(identifier: str) -> re.Pattern[str] | None:
    """Return what finds a patient's id however it is written; None for an id without a character.

    In any case, with any or no separators between its parts, and with more or fewer leading
    zeros: ``AR-0164`` is in ``ar164_chest`` and ``AR_0164``.
    """
    words = _WORD.findall(identifier)
    length = sum(map(len, words))
    if not length:
        return None
    parts = []
    for word in words:
        for piece in re.findall(r"\d+|\D+", word):
            stripped = piece.lstrip("0")
            parts.append(f"0*{stripped or '0'}" if piece[0].isdigit() else re.escape(piece))
    found = r"[\W_]*".join(parts)
    if length < _SHORTEST_ANYWHERE:
        found = f"{_edge(words[0][0], behind=True)}{found}{_edge(words[-1][-1], behind=False)}"
    return re.compile(found, re.IGNORECASE)


def _edge(character: str, *, behind: bool) -> str:
    """Return an assertion that no character of the same kind goes on there."""
    kind = r"\d" if character.isdigit() else r"[^\W\d_]"
    return f"(?<!{kind})" if behind else f"(?!{kind})"


def names_a_patient(name: str, identifiers: Iterable[str], *, is_doubtful: bool) -> bool:
    """Whether a film's name must not go out.

    Parameters
    ----------
    name
        Stem of the film.
    identifiers
        Every id its patient is known by.
    is_doubtful
        True where nobody knows whose film it is: a number of five digits or more then counts as
        an id (of a person, a study or a day).
    """
    if is_doubtful and _LONG_NUMBER.search(name):
        return True
    patterns = (identifier_pattern(identifier) for identifier in identifiers)
    return any(pattern is not None and pattern.search(name) for pattern in patterns)


class Disguise:
    """Takes one film's patient and old name out of free text.

    Parameters
    ----------
    identifiers
        Ids of the patient; each becomes `pseudonym`.
    pseudonym
        Of the patient.
    old_stem, new_stem
        What the film was called and is called now.
    """

    def __init__(
        self, identifiers: Iterable[str], pseudonym: str, old_stem: str, new_stem: str
    ) -> None:
        self._replacements: list[tuple[re.Pattern[str], str]] = []
        if old_stem != new_stem and _is_long_enough(old_stem):
            self._replacements.append((re.compile(re.escape(old_stem), re.IGNORECASE), new_stem))
        for identifier in identifiers:
            pattern = identifier_pattern(identifier) if _is_long_enough(identifier) else None
            if pattern is not None:
                self._replacements.append((pattern, pseudonym))

    def text(self, text: str) -> str:
        """Return `text` without them."""
        for pattern, replacement in self._replacements:
            # Neither pseudonyms nor films' stems are templates.
            text = replacement.join(pattern.split(text))
        return text


def _is_long_enough(name: str) -> bool:
    """Whether a name found in a sentence is meant there."""
    return sum(map(len, _WORD.findall(name))) >= _SHORTEST_IN_TEXT
