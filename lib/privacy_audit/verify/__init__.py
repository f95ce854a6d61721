"""Checks published runs, offline, with nothing but Python's standard library."""
