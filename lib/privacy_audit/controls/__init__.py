"""The controls, one module for each part of the policy, and the grammar in which they are written.

Importing this package enters every control in `grammar.CONTROLS`.
"""

from privacy_audit.controls import governance, marketing, quality, recipients, retention, safeguards, transfers

__all__ = ["governance", "marketing", "quality", "recipients", "retention", "safeguards", "transfers"]
