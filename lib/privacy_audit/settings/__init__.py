"""The files that people write: policy, firm, rulebook of law, register schemas, export mappings, quarter."""
