"""Prints the path of a Chromium that starts, and fetches one if there is none; `make test` runs it.

Order: $CHROMIUM, the PATH, Debian's package (as root), Playwright's own. Never goes on without a browser:
it ends with status 1 and a sentence.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def starts(path: str) -> bool:
    """Whether the program tells its version: a wrapper of a browser that is not installed does not."""
    try:
        told = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.returncode == 0


def on_path() -> str | None:
    """The first browser of the usual names that starts."""
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path and starts(path)), None)


def from_debian() -> str | None:
    """Installs Debian's package, which only root can."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    say("No Chromium here: installing the system's package (apt-get install chromium) ...")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-q", "-y", "chromium"]):
        if run(command, environment) != 0:
            return None
    return on_path()


def from_playwright() -> str | None:
    """Playwright's own build: there already, or downloaded now."""
    path = playwright_path()
    if not path.is_file():
        say("No Chromium here: asking Playwright for its own (playwright install chromium) ...")
        with_libraries = ["--with-deps"] if os.geteuid() == 0 and shutil.which("apt-get") else []
        if run([sys.executable, "-m", "playwright", "install", *with_libraries, "chromium"], os.environ) != 0:
            return None
    return str(path) if starts(str(path)) else None


def playwright_path() -> Path:
    """Where Playwright keeps, or would keep, its Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def run(command: list[str], environment) -> int:
    """Exit status; what the command prints goes to the standard error, since our output is the path."""
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr,
                          check=False).returncode


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def find() -> str:
    """The path. Exits with status 1 and a sentence if there is no browser to be had."""
    given = os.environ.get("CHROMIUM")
    if given:
        path = shutil.which(given)
        if path and starts(path):
            return path
        sys.exit(f"CHROMIUM is {given}, and no browser starts there. Correct it, or leave it out.")
    path = on_path() or from_debian() or from_playwright()
    if not path:
        sys.exit("The tests need Chromium and none could be found or installed. Install it (on Debian: "
                 "apt install chromium), or say where it is: CHROMIUM=/path/to/chromium make test")
    return path


if __name__ == "__main__":
    print(find())
