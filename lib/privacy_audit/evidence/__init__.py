"""What makes a run stand as evidence: what is sealed, looked through, signed and published."""
