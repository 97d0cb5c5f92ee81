"""One portable file a model: written by ``models export``, read by ``models import``.

A zip file with exactly these members::

    archive.json   {"format": "opacity-studio-model", "version": 1, "id": …, "digests": {…}}
    model.json     the card
    CARD.md        the card, to be read
    network.onnx   what predicts
    weights.h5     what training starts from

``digests`` holds the sha256 of each other member. A file from elsewhere is untrusted: nothing is
unpacked under a name it brings, every size is bounded, and nothing in it is executed.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

from opacity_studio.domain.errors import ModelError
from opacity_studio.domain.model_version import (
    ModelVersion,
    is_model_id,
    model_version,
    sealed_card,
)
from opacity_studio.domain.wording import tr
from opacity_studio.files.atomic import (
    ChangedOnDiskError,
    digest_of,
    reason_of,
    write_atomically,
)
from opacity_studio.files.network_graph import check_graph
from opacity_studio.files.stored_model import CARD, CARD_TEXT, GRAPH, WEIGHTS, StoredModel

CONTENTS: Final = "archive.json"
FORMAT: Final = "opacity-studio-model"
VERSION: Final = 1

_MEGABYTE: Final = 2**20
_LARGEST: Final = {
    CONTENTS: _MEGABYTE,
    CARD: 64 * _MEGABYTE,  # a quarter of a million films
    CARD_TEXT: _MEGABYTE,
    GRAPH: 128 * _MEGABYTE,  # twice what single precision takes
    WEIGHTS: 128 * _MEGABYTE,
}
_HDF5: Final = b"\x89HDF\r\n\x1a\n"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the same model makes the same file


@dataclass(frozen=True, slots=True)
class ArchivedModel:
    """A model out of a portable file, all of it found right.

    Attributes
    ----------
    version
        What its card says.
    contents
        The files of its folder: each one's name and bytes.
    """

    version: ModelVersion
    contents: Mapping[str, bytes]

    def card(self) -> dict[str, Any]:
        """Return the parsed card."""
        card: dict[str, Any] = json.loads(self.contents[CARD])
        return card

    def with_card(self, card: Mapping[str, Any], text: str) -> Self:
        """Return the model under another card, `text` being the same to be read.

        Raises
        ------
        ValueError
            The card cannot be used.
        """
        card = sealed_card(json.loads(_json_bytes(card)))  # as it will be read
        cards = {CARD: _json_bytes(card), CARD_TEXT: text.encode(errors="replace")}
        return replace(self, version=model_version(card), contents={**self.contents, **cards})


def is_archive(path: Path) -> bool:
    """Return True for a zip file, False for Keras weights in HDF5.

    Raises
    ------
    ModelError
        It is neither, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise _unreadable(path, error) from error
    if start != _HDF5 and not start.startswith(b"PK"):
        raise ModelError(
            tr(
                "{path} is neither a model that 'opacity-studio models export' wrote "
                "nor Keras weights in HDF5 (.h5): choose one of these.",
                path=path,
            ),
            path,
        )
    return start != _HDF5


def write_archive(model: StoredModel, card_text: str, path: Path) -> None:
    """Write `model` as one file, once all of it was found as published.

    Parameters
    ----------
    card_text
        ``CARD.md``.
    path
        Must not exist.

    Raises
    ------
    ModelError
        The model is damaged, or the file exists or cannot be written.
    """
    contents = {**model.contents(), CARD_TEXT: card_text.encode(errors="replace")}
    about = {
        "format": FORMAT,
        "version": VERSION,
        "id": model.id,
        "digests": {name: digest_of(data) for name, data in contents.items()},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in {CONTENTS: _json_bytes(about), **contents}.items():
            # Weights are noise to a compressor: an eighth for seconds of work.
            packing = zipfile.ZIP_STORED if name in (GRAPH, WEIGHTS) else zipfile.ZIP_DEFLATED
            member = zipfile.ZipInfo(name, _EPOCH)
            member.external_attr = 0o644 << 16
            archive.writestr(member, data, packing)
    try:
        write_atomically(path, buffer.getvalue(), expected_digest=None)
    except ChangedOnDiskError:
        raise ModelError(
            tr("{path} exists already: name a file that does not.", path=path), path
        ) from None
    except OSError as error:
        raise ModelError(
            tr(
                "{path} could not be written because {reason}: name a file somewhere else.",
                path=path,
                reason=reason_of(error),
            ),
            path,
        ) from error


def _unreadable(path: Path, error: OSError) -> ModelError:
    if isinstance(error, FileNotFoundError):
        said = tr("{path} is not there: choose the file of a model.", path=path)
    else:
        said = tr(
            "{path} cannot be read because {reason}: choose the file of a model.",
            path=path,
            reason=reason_of(error),
        )
    return ModelError(said, path)


def read_archive(path: Path) -> ArchivedModel:
    """Read a model out of a portable file and check all of it.

    Raises
    ------
    ModelError
        The file is damaged, holds something else or another architecture, or is too large.
    """
    try:
        contents = _members(path)
        version = _checked(contents)
    except OSError as error:
        raise _unreadable(path, error) from error
    except ValueError as error:
        raise ModelError(
            tr("{path} {problem}: export the model again.", path=path, problem=error), path
        ) from error
    return ArchivedModel(version, {n: data for n, data in contents.items() if n != CONTENTS})


def _members(path: Path) -> dict[str, bytes]:
    if path.stat().st_size > sum(_LARGEST.values()):
        raise ValueError(f"is larger than any model ({sum(_LARGEST.values()) // _MEGABYTE} MB)")
    try:
        with zipfile.ZipFile(path) as archive:
            listed = archive.infolist()
            if sorted(member.filename for member in listed) != sorted(_LARGEST):
                raise ValueError(f"does not hold {', '.join(_LARGEST)} and nothing else")
            return {member.filename: _member(archive, member) for member in listed}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ValueError("is damaged") from error


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    largest = _LARGEST[member.filename]
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"holds a {member.filename} packed in an unknown way")
    with archive.open(member) as file:
        # What the file says of its sizes is not relied on.
        data = file.read(largest + 1)
    if len(data) > largest:
        raise ValueError(f"holds a {member.filename} of more than {largest // _MEGABYTE} MB")
    return data


def _checked(contents: Mapping[str, bytes]) -> ModelVersion:
    about = _parsed(contents, CONTENTS)
    if about.get("format") != FORMAT:
        raise ValueError("is not an exported model")
    if about.get("version") != VERSION:
        raise ValueError(f"is of format {about.get('version')!r}, which this version cannot read")
    digests = about.get("digests")
    for name in _LARGEST:
        if name != CONTENTS and not (
            isinstance(digests, dict) and digests.get(name) == digest_of(contents[name])
        ):
            raise ValueError(f"holds a {name} that is damaged or was changed")
    try:
        version = model_version(_parsed(contents, CARD))
    except ValueError as error:
        raise ValueError(f"holds a {CARD} that {error}") from error
    if not is_model_id(version.id) or about.get("id") != version.id:
        raise ValueError("does not agree with itself on the model's id")
    for name in (GRAPH, WEIGHTS):
        if version.digests.get(name) != digest_of(contents[name]):
            raise ValueError(f"holds a {name} that is not the one its card speaks of")
    try:
        check_graph(contents[GRAPH])
    except ValueError as error:
        raise ValueError(f"holds a {GRAPH} that {error}") from error
    if not contents[WEIGHTS].startswith(_HDF5):
        raise ValueError(f"holds a {WEIGHTS} that is not HDF5")
    return version


def _parsed(contents: Mapping[str, bytes], name: str) -> dict[str, Any]:
    try:
        parsed = json.loads(contents[name])
    except (ValueError, RecursionError):
        raise ValueError(f"holds a {name} that is not valid JSON") from None
    if not isinstance(parsed, dict):
        raise ValueError(f"holds a {name} that is not valid JSON of a model")
    return parsed


def _json_bytes(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode(errors="replace")
