"""Why an outline was corrected: the study's list, one key each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from opacity_studio.domain.wording import marked, tr


class CorrectionReason(StrEnum):
    """Why a reader changed, added or took away an outline; in the order of the keys 1 to 7."""

    RIB_OR_SCAPULA_SHADOW = "rib_or_scapula_shadow"
    DEVICE_OR_WIRE = "device_or_wire"
    BRONCHIAL_OR_VESSEL_MARKINGS = "bronchial_or_vessel_markings"
    OVERLAPPING_TISSUE_AT_BASE = "overlapping_tissue_at_base"
    MISSED = "missed"
    BOUNDARY = "boundary"
    OTHER = "other"

    @property
    def display_name(self) -> str:
        """The words shown for it."""
        return tr(_NAMES[self])


_NAMES: Final[Mapping[CorrectionReason, str]] = MappingProxyType(
    {
        CorrectionReason.RIB_OR_SCAPULA_SHADOW: marked("Rib or scapula shadow"),
        CorrectionReason.DEVICE_OR_WIRE: marked("Device or wire"),
        CorrectionReason.BRONCHIAL_OR_VESSEL_MARKINGS: marked("Bronchial or vessel markings"),
        CorrectionReason.OVERLAPPING_TISSUE_AT_BASE: marked("Overlapping tissue at the base"),
        CorrectionReason.MISSED: marked("Missed"),
        CorrectionReason.BOUNDARY: marked("Boundary"),
        CorrectionReason.OTHER: marked("Other"),
    }
)
