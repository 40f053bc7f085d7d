"""Pictures of the sample's pages: `make screenshots` makes the README's two, in tests/screenshots/.

    python -m tests.screenshots --all FOLDER       every page, at 360, 768 and 1440 px, light and dark
    python -m tests.screenshots --tiles            with the real background map, which needs the network
"""

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from assetmap.importing.instance import make_instance
from assetmap.settings import Settings
from assetmap.web.app import create_app
from tests.browser import ELSEWHERE, TILE, launch
from tests.live import serving

HERE = Path(__file__).resolve().parent / "screenshots"
NEAR = "near=SS1+2AB&within=2000"
PAGES = {
    "find": f"/?{NEAR}",
    "start": "/",
    "filtered": f"/?{NEAR}&category=walking&category=gardening&access=step_free&cost=free",
    "nothing": "/?near=SS3+9AQ&within=500&category=bereavement&day=sunday",
    "not-a-postcode": "/?near=SS1+2AO",
    "whats-on": "/whats-on",
    "wards": "/wards",
    "opportunities": "/opportunities",
    "missing": "/groups/there-is-no-such-group",
}
README = {"find-desktop": ("find", 1440, 900, "light"), "find-phone": ("find", 390, 844, "light")}


def shoot(browser: Browser, url: str, file: Path, size: tuple[int, int], scheme: str = "light",
          whole: bool = False, tiles: bool = False) -> None:
    """Writes one PNG of a page once it has come to rest."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme,
                                  locale="en-GB", timezone_id="Europe/London", reduced_motion="reduce")
    if not tiles:
        context.route(ELSEWHERE, lambda route: route.fulfill(content_type="image/png", body=TILE))
    page = context.new_page()
    page.goto(url, wait_until="networkidle")
    page.wait_for_timeout(300)
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file, full_page=whole)
    context.close()
    print(file)


def pages(app) -> dict[str, str]:
    """The addresses to photograph: the fixed ones, and the nearest group with its hub and its ward."""
    nearest = app.test_client().get(f"/find.json?{NEAR}").json["results"]
    group = next(result for result in nearest if result["hub_id"])
    return PAGES | {"group": f"/groups/{group['id']}", "hub": f"/hubs/{group['hub_id']}",
                    "ward": f"/wards/{group['ward_code']}"}


def main() -> None:
    parser = argparse.ArgumentParser(description="Pictures of the sample's pages.")
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every page, width and colour scheme")
    parser.add_argument("--tiles", action="store_true", help="with the real background map")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load(home=Path(folder) / "instance", environ={"ASSETMAP_COUNT_SEARCHES": "no"})
        make_instance(settings, sample=True).dispose()
        app = create_app(settings)
        with serving(app, threads=8) as address, sync_playwright() as playwright:
            browser = launch(playwright)
            if wanted.all:
                for name, path in pages(app).items():
                    for width, height in ((360, 740), (768, 1024), (1440, 900)):
                        for scheme in ("light", "dark"):
                            shoot(browser, address + path, wanted.all / f"{name}-{width}-{scheme}.png",
                                  (width, height), scheme, whole=width < 1440, tiles=wanted.tiles)
            else:
                for file, (name, width, height, scheme) in README.items():
                    shoot(browser, address + PAGES[name], HERE / f"{file}.png", (width, height), scheme,
                          tiles=wanted.tiles)
            browser.close()


if __name__ == "__main__":
    main()
