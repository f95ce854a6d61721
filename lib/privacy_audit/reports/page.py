"""The results as one HTML page: no script, nothing from elsewhere, readable on a phone and on paper."""

import base64

from jinja2 import Environment, PackageLoader, StrictUndefined

from privacy_audit.reports import annex, tables, wording
from privacy_audit.reports.charts import Picture, by_section
from privacy_audit.reports.screen import SIGNS, chain, first_screen, said, worst
from privacy_audit.reports.topics import pictures
from privacy_audit.result import Result


def html_page(result: Result) -> bytes:
    """Return audit.html."""
    environment = Environment(
        loader=PackageLoader("privacy_audit", "reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"said": said, "source": _source}
    finding = worst(result)
    text = environment.get_template("page.html").render(
        result=result,
        screen=first_screen(result),
        chain=chain(result, finding) if finding else [],
        tables=tables,
        annex=annex,
        wording=wording,
        overview=by_section(result),
        pictures={each.id: pictures(result, each) for each in result.sections},
        signs=SIGNS,
        kinds={sign: name for name, sign in SIGNS.items()},
    )
    return text.encode()


def _source(picture: Picture) -> str:
    return "data:image/png;base64," + base64.b64encode(picture.png).decode("ascii")
