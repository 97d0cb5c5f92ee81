"""What a person types to find films: words, and fields such as ``state:returned percent>20``.

Words must all occur in a film's name, patient, day, finding, comments or state. A field's term
holds where one of its values does (``state:unread,returned``); several terms with ``:`` on one
field are alternatives, too, everything else must hold together. ``-`` before a term turns it
round, and quotation marks keep words together. Nothing is an error: what is no field or no value
of it is looked for as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Self, cast

import numpy as np

from opacity_studio.domain.film_columns import STATUSES, FilmColumns, Flags
from opacity_studio.domain.wording import tr
from opacity_studio.domain.worklist_fields import FIELDS, KEYWORDS, named_field, named_keyword
from opacity_studio.domain.worklist_matching import PROBLEM, STATUS_NAMES, Asker, Comparison

_TERM: Final = re.compile(r"(-?)([^\W\d_][\w-]*?)(>=|<=|[:<>=])(.*)", re.DOTALL)
_OFFERED: Final = 12


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must hold.

    Attributes
    ----------
    values
        Of the field, as typed; the one word looked for where `field` is empty.
    field
        Id of a field, or ``is`` for a keyword; empty for a word.
    comparison
        Between field and value.
    is_not
        Whether it must not hold.
    """

    values: tuple[str, ...]
    field: str = ""
    comparison: Comparison = ":"
    is_not: bool = False

    def __str__(self) -> str:
        """Return it as it may be typed."""
        sign = "-" if self.is_not else ""
        if self.field == "is":
            return sign + self.values[0]
        values = ",".join(map(_quoted, self.values))
        if self.field:
            return f"{sign}{self.field}{self.comparison}{values}"
        word = self.values[0]
        return sign + (_quoted(word) if _parsed(word) == self._plain else f'"{word}"')

    @property
    def _plain(self) -> Term:
        return replace(self, is_not=False)

    @property
    def title(self) -> str:
        """What it asks for, in the person's language."""
        return tr("not {term}", term=self._plain._title) if self.is_not else self._title

    @property
    def _title(self) -> str:
        if self.field == "is":
            keyword = named_keyword(self.values[0])
            return tr(keyword.title) if keyword else self.values[0]
        found = named_field(self.field) if self.field else None
        if found is None:
            return self.values[0]
        values = ", ".join(self.values)
        if self.field == "state":
            names = {status.value: tr(name) for status, name in STATUS_NAMES.items()}
            return ", ".join(names.get(value, value) for value in self.values)
        between = ": " if self.comparison in (":", "=") else f" {_SIGNS[self.comparison]} "
        return f"{tr(found.title)}{between}{values}"

    def where(self, films: FilmColumns, asker: Asker) -> Flags:
        """Return the films of which it holds."""
        found = self._found(films, asker)
        return ~found if self.is_not else found

    def _found(self, films: FilmColumns, asker: Asker) -> Flags:
        if self.field == "is":
            keyword = named_keyword(self.values[0])
            if keyword is not None:
                return keyword.match(films, asker)
        field = named_field(self.field) if self.field else None
        if field is not None:
            found = field.match(films, self.comparison, self.values, asker)
            if found is not None:
                return found
        return _containing(films, str(self._plain) if self.field else self.values[0])


_SIGNS: Final = {">": ">", ">=": "≥", "<": "<", "<=": "≤"}


@dataclass(frozen=True, slots=True)
class Query:
    """All that must hold of a film to be shown."""

    terms: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        """Whether it asks for anything."""
        return bool(self.terms)

    def __str__(self) -> str:
        """Return it as it may be typed."""
        return " ".join(map(str, self.terms))

    def __and__(self, other: Query) -> Query:
        """Return what asks for both."""
        return Query(tuple(dict.fromkeys((*self.terms, *other.terms))))

    @property
    def words(self) -> Self:
        """The part that is plain words."""
        return replace(self, terms=tuple(term for term in self.terms if not term.field))

    @property
    def filters(self) -> Self:
        """The part that names fields or keywords."""
        return replace(self, terms=tuple(term for term in self.terms if term.field))

    def without(self, terms: Iterable[Term]) -> Self:
        """Return the query without some of its terms."""
        gone = frozenset(terms)
        return replace(self, terms=tuple(term for term in self.terms if term not in gone))

    def where(self, films: FilmColumns, asker: Asker) -> Flags:
        """Return the films of which all holds, as a boolean for every row."""
        wanted = np.ones(len(films), np.bool_)
        alternatives: dict[str, Flags] = {}
        for term in self.terms:
            found = term.where(films, asker)
            if term.field not in ("", "is") and term.comparison in (":", "=") and not term.is_not:
                known = alternatives.get(term.field)
                alternatives[term.field] = found if known is None else known | found
            else:
                wanted &= found
        for found in alternatives.values():
            wanted &= found
        return wanted


def parse_query(text: str) -> Query:
    """Return what `text` asks for; any text asks for something or for nothing."""
    terms = (_parsed(token) for token in _tokens(text))
    return Query(tuple(dict.fromkeys(term for term in terms if term is not None)))


def completions(text: str, films: FilmColumns) -> tuple[str, ...]:
    """Return what the last word of `text` may become: fields, their values, and keywords.

    Returns
    -------
    tuple of str
        Whole texts to put in place of `text`, the likeliest first; empty where there is nothing
        to offer.
    """
    tokens = _tokens(text)
    if not tokens or text[-1].isspace():
        return ()
    last = tokens[-1]
    before = text[: len(text) - len(last)]
    sign = "-" if last.startswith("-") else ""
    name, colon, begun = last[len(sign) :].partition(":")
    field = named_field(name) if colon else None
    plain = begun.strip('"').casefold()
    if field is not None:
        values = [value for value in field.values(films) if plain in value.casefold()]
        # A whole value first: whoever typed 3 means 3, whatever longer ones begin with it.
        values.sort(key=lambda v: (v.casefold() != plain, not v.casefold().startswith(plain)))
        made = [f"{sign}{field.id}:{_quoted(value)}" for value in values[:_OFFERED]]
    elif name and not colon:
        names = [f"{field.id}:" for field in FIELDS] + [keyword.id for keyword in KEYWORDS]
        made = [f"{sign}{known}" for known in names if known.startswith(name.casefold())]
    else:
        return ()
    if [term.casefold() for term in made] == [last.casefold()]:
        return ()
    return tuple(before + term for term in made)


def _tokens(text: str) -> list[str]:
    """Split at spaces that do not stand between quotation marks; a lone mark ends with the text."""
    tokens, token, is_quoted = [], "", False
    for sign in text:
        if sign.isspace() and not is_quoted:
            tokens.append(token)
            token = ""
        else:
            is_quoted ^= sign == '"'
            token += sign
    return [token for token in (*tokens, token) if token.strip('"')]


def _parsed(token: str) -> Term | None:
    """Return what `token` asks for; None for a field whose value is still to be typed."""
    match = _TERM.fullmatch(token)
    if match is not None:
        sign, name, comparison, rest = match.groups()
        values = tuple(filter(None, _values(rest)))
        field = named_field(name)
        if field is not None:
            made = Term(values, field.id, cast("Comparison", comparison), bool(sign))
            return made if values else None
    is_not = len(token.strip('"')) > 1 and token.startswith("-")
    word = token[1:] if is_not else token
    keyword = named_keyword(word)
    if keyword is not None:
        return Term((keyword.id,), "is", is_not=is_not)
    return Term((word.replace('"', "") or word,), is_not=is_not)


def _values(text: str) -> list[str]:
    """Split at commas that do not stand between quotation marks, and take these away."""
    return [part.replace('"', "").strip() for part in re.findall(r'(?:"[^"]*"?|[^",])+', text)]


def _quoted(value: str) -> str:
    return f'"{value}"' if any(sign.isspace() or sign == "," for sign in value) else value


def _containing(films: FilmColumns, word: str) -> Flags:
    plain = word.casefold()
    found = np.fromiter((plain in text for text in films.texts), np.bool_, len(films))
    states = np.array([plain in tr(STATUS_NAMES[status]).casefold() for status in STATUSES])
    found |= states[films.status] & ~films.is_problem
    if plain in tr(PROBLEM).casefold():
        found |= films.is_problem
    return found
