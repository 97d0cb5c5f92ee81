"""Why an outline was corrected: the study's list, one key each."""

from __future__ import annotations

from enum import StrEnum

from opacity_studio.domain.wording import tr


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
        # Worded when asked: the language may be chosen after this module is imported.
        match self:
            case CorrectionReason.RIB_OR_SCAPULA_SHADOW:
                return tr("Rib or scapula shadow")
            case CorrectionReason.DEVICE_OR_WIRE:
                return tr("Device or wire")
            case CorrectionReason.BRONCHIAL_OR_VESSEL_MARKINGS:
                return tr("Bronchial or vessel markings")
            case CorrectionReason.OVERLAPPING_TISSUE_AT_BASE:
                return tr("Overlapping tissue at the base")
            case CorrectionReason.MISSED:
                return tr("Missed")
            case CorrectionReason.BOUNDARY:
                return tr("Boundary")
            case CorrectionReason.OTHER:
                return tr("Other")
