"""Columns worked out once from others, and the registers the audit makes itself.

A fact is true, false or blank; its lineage names the columns it rests on, so that a gap leads back to them.
"""

from privacy_audit.facts.fact import FACT_COLUMNS, Known

__all__ = ["FACT_COLUMNS", "Known"]
