"""The controls, one module for each part of the policy; importing this package enters them all."""

from privacy_audit.controls import (
    collection,
    disposal,
    follow_up,
    marketing,
    quality,
    recipients,
    retention,
    transfers,
)

__all__ = ["collection", "disposal", "follow_up", "marketing", "quality", "recipients", "retention", "transfers"]
