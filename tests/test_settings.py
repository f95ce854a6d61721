"""A mistake in a settings file is told in words: where it stands, what must stand there, and which page tells of it."""

import re
import shutil
from pathlib import Path

import pytest
from privacy_audit.errors import SettingsError
from privacy_audit.request import ROOT
from privacy_audit.settings.firm import Firm
from privacy_audit.settings.mapping import Export
from privacy_audit.settings.policy import Policy
from privacy_audit.settings.quarter import About
from privacy_audit.settings.toml import checked, load_toml

OTHER = Path(__file__).parent / "firms" / "other" / "policy"
SAID = re.compile(r"Input|Field required|valid (string|bool|int)|Value error|extra_|_type|tuple|dict|None")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("policy.md", "put the published policy there, word for word"),
        ("commitments.toml", "write down there what the policy states, as docs/your-policy.md tells"),
        ("firm.toml", "say there who the firm is and which registers it has, as docs/your-policy.md tells"),
    ],
)
def test_each_file_that_is_missing_has_its_own_hint(name, hint, tmp_path):
    """Nobody is told to put the policy into firm.toml."""
    folder = shutil.copytree(OTHER, tmp_path / "policy")
    (folder / name).unlink()
    with pytest.raises(SettingsError, match=f"{re.escape(name)} is missing from .* Hint: {hint}"):
        Policy(folder)


@pytest.mark.parametrize(
    ("model", "text", "told"),
    [
        (Firm, 'name = "x"', "expects is missing. Hint: see docs/your-policy.md."),
        (Firm, "name = 3\n[expects]", "name is wrong: it must be text in “double quotes”. Hint: "),
        (Firm, 'name = "x"\nexpects = true', "expects is wrong: it must be a table: its name in [brackets]"),
        (Firm, 'name = "x"\n[expects]\nclients = "yes"', "expects.clients is wrong: it must be true or false, without"),
        (Firm, 'name = "x"\n[expects]\nclient = true', "no register “client”. Did you mean “clients”? Hint: "),
        (Firm, 'name = "x"\n[expects]\n[adopted]\nx = "1"', "adopted.x is wrong: it must be a whole number, without"),
        (Firm, '[expects]\n[facts]\nlegal_form = "Ltd"', "name is missing."),
        (Firm, 'name = "x"\n[expects]\n[facts]\nemployr = true', "is not known here. Did you mean “employer”? Hint: "),
        (
            Firm,
            'name = "x"\n[expects]\n[facts]\nlegal_form = "Ltd"',
            "“sole_trader”, “partnership”, “company” or “llp”.",
        ),
        (Firm, 'name = "x"\n[expects]\n[declared]\non = 1', "must begin with its name in [[double brackets]]."),
        (
            Firm,
            'name = "x"\n[expects]\n[[declared]]\ncolumn = "x"\nsays = "none"\nbecause = "y"\nby = "me"\non = "2026"',
            "declared, number 1: on is wrong: it must be a day, bare as 2026-09-30. Hint: ",
        ),
        (
            About,
            '[extracts.clients]\nextracted_on = "soon"',
            "extracts.clients.extracted_on is wrong: it must be a day",
        ),
        (
            About,
            "[extracts.clients]\nextracted_on = 1999-01-01",
            "it must be 2018-05-25 at least. Hint: see docs/your-exp",
        ),
        (
            Export,
            'title = "x"\nrecognise = "Mail"',
            "recognise is wrong: it must be a list in [brackets]. Hint: see docs/",
        ),
        (Export, 'title = "x"\nrecognise = []', "recognise is wrong: it must name one at least."),
        (Export, 'title = "x"\nrecognise = ["x"]\ntime_zone = "Mars"', "time_zone is wrong: “Mars” is no time zone."),
    ],
)
def test_a_mistake_is_told_in_plain_words(model, text, told, tmp_path):
    """Where, what must stand there, and the page that tells of it; never in the words of a program."""
    path = tmp_path / {Firm: "firm.toml", About: "quarter.toml", Export: "our-tool.toml"}[model]
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        checked({**load_toml(path), **({"name": "our-tool"} if model is Export else {})}, model, path.name)
    assert str(refused.value).startswith(f"{path.name}: ")
    assert told in str(refused.value)
    assert not SAID.search(str(refused.value))


def test_a_firm_is_set_up_as_the_page_says(tmp_path):
    """The example of docs/your-policy.md is a whole firm.toml."""
    page = (ROOT / "docs" / "your-policy.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"## \d\. `firm\.toml`.*?```toml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "firm.toml").write_text(example, encoding="utf-8")
    firm = checked(load_toml(tmp_path / "firm.toml"), Firm, "firm.toml")
    assert firm.expects == {"clients": True, "contacts": True, "processors": True, "transfers": False}
