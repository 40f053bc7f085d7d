"""What a drawing holds, read as a strict reader of XML does."""

from xml.etree import ElementTree

HOSTILE = ("{{43*43}}", "</script><script>window.ran=1</script>", "\"><img src=x onerror=window.ran=1>", "50% {% off",
           "a\x00b\x1f\ufffe", "& < > \" '", "")
KNOWN = {"figure", "figcaption", "svg", "title", "desc", "g", "path", "rect", "circle", "line", "text", "tspan", "defs",
         "pattern", "p", "ul", "ol", "li", "span", "b"}


def parsed(markup: str) -> ElementTree.Element:
    """The drawing as a tree. Fails if it is not XML, or has elements or attributes that a page's policy forbids."""
    root = ElementTree.fromstring(f"<div>{markup}</div>")
    for element in root.iter():
        assert element is root or element.tag.rsplit("}", 1)[-1] in KNOWN, element.tag
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
        assert not [value for value in element.attrib.values() if value in ("nan", "inf", "-inf")]
        assert "nan" not in element.get("d", "") and "inf" not in element.get("d", "")
    return root


def all_of(root: ElementTree.Element, class_: str) -> list[ElementTree.Element]:
    """The elements that have the class."""
    return [element for element in root.iter() if class_ in element.get("class", "").split()]


def texts(root: ElementTree.Element, tag: str = "text") -> list[str]:
    """What elements of a kind say."""
    return ["".join(element.itertext()) for element in root.iter() if element.tag.rsplit("}", 1)[-1] == tag]
