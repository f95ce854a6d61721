"""Whatever in an audit's registers may name or reach a person: what no saved output may hold."""

SHORT = 4


def personal_values(result) -> set[str]:
    """Return the contents of every personal column, but for words too short to be told from others."""
    found = set()
    for register in result.inputs.registers.values():
        for column in (each for each in register.schema.fields if each.personal):
            found |= {str(value) for value in register.table.column(column.name).to_pylist() if value is not None}
    return {value for value in found if len(value) > SHORT}
