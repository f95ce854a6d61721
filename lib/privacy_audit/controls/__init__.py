"""The controls, one module for each part of the policy; importing this package enters them all."""

from privacy_audit.controls import (
    consent,
    follow_up,
    governance,
    marketing,
    quality,
    recipients,
    retention,
    safeguards,
    transfers,
)

__all__ = [
    "consent",
    "follow_up",
    "governance",
    "marketing",
    "quality",
    "recipients",
    "retention",
    "safeguards",
    "transfers",
]
