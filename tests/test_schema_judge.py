"""An independent judge, frictionless, finds our schemas valid and every accepted row of the examples true to them."""

import csv
import io

import pytest
from frictionless import Resource, Schema
from privacy_audit.audit.inputs import read_settings
from privacy_audit.request import ROOT

*_, SCHEMAS, _, _ = read_settings(ROOT / "data")
FILES = sorted((ROOT / "data" / "schema").glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_schema_is_a_valid_table_schema(path):
    """Frictionless reads the descriptor and finds no error in it."""
    assert Schema.from_descriptor(str(path)).to_descriptor()["fields"]
    assert not list(Schema.metadata_validate(Schema.from_descriptor(str(path)).to_descriptor()))


@pytest.mark.parametrize("register", ["clients", "contacts", "processors"])
def test_the_accepted_rows_of_an_example_are_true_to_its_schema(register, example, tmp_path):
    """Every value has its type, format and word; every key is there."""
    found = 0
    for number, reading in enumerate(example.inputs.folder.sheets[register]):
        names = reading.table.column_names
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(names)
        for row in reading.rows:
            found += 1
            writer.writerow([_plain(row.values[name]) for name in names])
        path = tmp_path / f"{number}.csv"
        path.write_text(out.getvalue(), encoding="utf-8")
        descriptor = Schema.from_descriptor(str(ROOT / "data" / "schema" / f"{register}.json")).to_descriptor()
        descriptor["fields"] = [each for name in names for each in descriptor["fields"] if each["name"] == name]
        key = [name for name in descriptor.pop("primaryKey", []) if name in names]
        report = Resource(path=path.name, basepath=str(tmp_path), schema=Schema.from_descriptor(descriptor)).validate()
        assert report.valid, report.flatten(["rowNumber", "fieldName", "type"])
        assert key
    assert found == sum(each.accepted for each in example.inputs.folder.receipts if each.register == register)
    assert found


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value
