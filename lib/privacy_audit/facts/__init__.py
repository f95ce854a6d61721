"""Facts: columns worked out from exported columns, and the registers that the audit makes itself.

A fact has a value for each row, or is blank where the records leave it open. Its lineage names the exported columns it
rests on, so that a gap can name the column to fill in.
"""

from privacy_audit.facts.fact import FACT_COLUMNS, Known

__all__ = ["FACT_COLUMNS", "Known"]
