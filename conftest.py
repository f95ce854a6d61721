"""Tests and nbval run notebooks without publishing: an empty reports folder means nowhere."""

import os

os.environ["PRIVACY_AUDIT_REPORTS"] = ""
os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
