"""axe-core in the page under test: what a screen reader or a weak eye would stumble over."""

from functools import cache
from typing import Any

from playwright.sync_api import Page

from tests.journeys.city import ROOT

_RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.flatMap((rule) => rule.nodes.map((node) => ({ rule: rule.id, help: rule.help, html: node.html })));
}"""


@cache
def _source() -> str:
    return (ROOT / "pwa/node_modules/axe-core/axe.min.js").read_text()


def violations(page: Page) -> list[dict[str, Any]]:
    """Everything axe finds on the page as it stands, all of its rules on."""
    page.evaluate(_source())  # by the debugger, which the page's content security policy does not bind
    found: list[dict[str, Any]] = page.evaluate(_RUN)
    return found
