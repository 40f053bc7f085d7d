"""Makes static/icons.svg, the sprite of the icons named in icons.txt, from an unpacked Lucide package.

    npm pack lucide-static && tar xzf lucide-static-*.tgz
    python static/icons/build.py package

A symbol carries only its shapes; the stylesheet gives them stroke, width and `fill: none`.
"""

import json
import sys
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).resolve().parent
SVG = "{http://www.w3.org/2000/svg}"


def wanted(text: str) -> dict[str, str]:
    """Our name → Lucide's name, in alphabetical order, from the lines of icons.txt."""
    names = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            ours, _, theirs = (part.strip() for part in line.partition("="))
            names[ours] = theirs or ours
    return dict(sorted(names.items()))


def symbol(name: str, svg: str) -> str:
    """One `<symbol id="i-NAME">` with the shapes of one Lucide file."""
    root = ElementTree.fromstring(svg)
    shapes = []
    for shape in root:
        attributes = "".join(f' {key}="{value}"' for key, value in shape.attrib.items())
        shapes.append(f"<{shape.tag.removeprefix(SVG)}{attributes}/>")
    return f'<symbol id="i-{name}" viewBox="{root.get("viewBox")}">{"".join(shapes)}</symbol>'


def sprite(package: Path, names: dict[str, str]) -> str:
    """The whole sprite. Exits with a sentence if Lucide has no icon of a name."""
    missing = [theirs for theirs in names.values() if not (package / "icons" / f"{theirs}.svg").is_file()]
    if missing:
        sys.exit(f"Lucide has no icon called {', '.join(missing)}; put another name in icons.txt")
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    symbols = [symbol(ours, (package / "icons" / f"{theirs}.svg").read_text(encoding="utf-8"))
               for ours, theirs in names.items()]
    return "\n".join([f"<!-- Lucide {version}, ISC licence: icons/LICENSE -->",
                      '<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>", ""])


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: python static/icons/build.py FOLDER-OF-LUCIDE-STATIC")
    names = wanted((HERE / "icons.txt").read_text(encoding="utf-8"))
    (HERE.parent / "icons.svg").write_text(sprite(Path(sys.argv[1]), names), encoding="utf-8")


if __name__ == "__main__":
    main()
