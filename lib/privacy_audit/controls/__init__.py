"""The controls, one module for each part of the policy; importing this package enters them all."""

from privacy_audit.controls import governance, marketing, quality, recipients, retention, safeguards, transfers

__all__ = ["governance", "marketing", "quality", "recipients", "retention", "safeguards", "transfers"]
