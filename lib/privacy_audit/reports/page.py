"""The results as one HTML page: no script, nothing from elsewhere, readable on a phone and on paper."""

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from privacy_audit.audit.result import Result
from privacy_audit.audit.tasks import RULE
from privacy_audit.reports import outline
from privacy_audit.reports.screen import LIMITS, SIGNS, chain, display_value, first_screen, first_title, worst

OPENS = "Each line opens with a click; printing opens them all."
MOST = 2000


def html_page(result: Result) -> bytes:
    """Return audit.html."""
    environment = Environment(
        loader=PackageLoader("privacy_audit", "reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"display_value": display_value, "drawn": Markup}
    finding, screen = worst(result), first_screen(result)
    text = environment.get_template("page.html").render(
        result=result,
        screen=screen,
        first_title=first_title(screen),
        rest=[each for each in result.tasks if each not in screen.first],
        chain=chain(result, finding) if finding else [],
        parts=list(outline.parts(result, MOST)),
        signs=SIGNS,
        kinds={sign: name for name, sign in SIGNS.items()},
        limits=LIMITS,
        opens=OPENS,
        order=RULE,
    )
    return text.encode()
