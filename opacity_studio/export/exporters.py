"""The formats there are. A further one is a file with an `Exporter`, and its row here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from opacity_studio.export import coco, label_me, masks, tables
from opacity_studio.export.exporter import Exporter

_ROWS: Final = (
    label_me.EXPORTER,
    masks.EXPORTER,
    coco.EXPORTER,
    tables.EXPORTER,
)

EXPORTERS: Final[Mapping[str, Exporter]] = MappingProxyType({row.name: row for row in _ROWS})
"""By the name that ``--format`` knows them by."""
