"""The controls, one module for each part of the policy; importing this package enters them all."""

from privacy_audit.controls import consent, marketing, quality, recipients, retention, transfers

__all__ = ["consent", "marketing", "quality", "recipients", "retention", "transfers"]
