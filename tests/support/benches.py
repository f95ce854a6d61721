"""Where the case table of each control is audited: the policy's own words and the audit's own registers stand apart."""

from types import ModuleType

from support import case_tables, policy_cases, quality_cases

APART: dict[str, ModuleType] = {
    **dict.fromkeys(policy_cases.GOVERNANCE, policy_cases),
    **dict.fromkeys(quality_cases.QUALITY, quality_cases),
}


def bench_of(control: str) -> ModuleType:
    """Return the module with a control's `groups`, `audit_cases` and `wrong_cases`."""
    return APART.get(control, case_tables)
