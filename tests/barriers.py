"""What would keep people out of a page: faults that axe finds, and what is wider than the window."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES = {"target-size": {"enabled": True}}
WINDOWS = ((360, 740), (1440, 900))
COLOUR_RULES = ["color-contrast", "link-in-text-block"]  # all that a dark page can do wrong and a light one does not
_RUN = """async options => {
    const settled = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    await settled();
    return (await axe.run(document, options)).violations;
}"""


def find_with_axe(page: Page, rules: list[str] | None = None) -> list[str]:
    """A readable line for each fault; of `rules` alone when they are given."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    only = {"runOnly": {"type": "rule", "values": rules}} if rules else {"rules": RULES}
    found = page.evaluate(_RUN, {"resultTypes": ["violations"], **only})
    return [f"{rule['id']} ({rule['impact']}): {rule['help']}, at {' '.join(map(str, node['target']))}: "
            f"{node['html'][:200]}" for rule in found for node in rule["nodes"]]


def find_everywhere(page: Page) -> list[str]:
    """The faults in a narrow window, in a wide one and in the dark, each with where it was found.

    The page is loaded once, and its window and colours are then as they were.
    """
    before, found = page.viewport_size, []
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{width} px: {line}" for line in find_with_axe(page)]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{width} px: the page is {wide} px wider than the window"] if wide > 0 else []
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += [f"dark: {line}" for line in find_with_axe(page, COLOUR_RULES)]
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    page.set_viewport_size(before)
    return found
