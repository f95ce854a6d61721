"""The engines as the cases of a test: the one that audits run on, and the others, which `make test` asks as well."""

import pytest
from privacy_audit.audit.engine import ENGINES
from privacy_audit.request import ENGINE

EACH_ENGINE = [pytest.param(each, marks=() if each == ENGINE else pytest.mark.slow) for each in ENGINES]
