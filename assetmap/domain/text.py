"""Text as people type it: made safe to keep, to compare and to name things by."""

from __future__ import annotations

import re
import unicodedata

# Control characters but tab and line feed; lone surrogates; marks that reorder what follows them.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_SPACES = re.compile(r"[ \t\u00a0]+")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
# with a dot in its site's name, and nobody's password before it
WEB_ADDRESS = re.compile(r"https?://(?![^/?#]*@)[^\s/$.?#][^\s/?#<>\"']*\.[^\s<>\"']*", re.IGNORECASE)
EMAIL = re.compile(r"[^\s@<>()\[\],;:\"]{1,64}@[^\s@<>()\[\],;:\"]+\.[^\s@<>()\[\],;:\".]{2,63}")


def clean(text: str) -> str:
    """Without control characters, lone surrogates and direction overrides; spaces folded; NFC.

    Line breaks stay. Ordinary printable text, the common case, is returned at once.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", _UNWANTED.sub("", text))
    return "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n")).strip()


def one_line(text: str) -> str:
    """`clean`, with line breaks made spaces."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    cleaned = clean(text)
    return " ".join(cleaned.split()) if "\n" in cleaned else cleaned


def plain(text: str) -> str:
    """Lower case without accents: what two spellings of one word have in common."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").replace("ł", "l").replace("Ł", "L"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def words(text: str) -> list[str]:
    """The words of a text, plain, in order; "St Luke's" is ["st", "lukes"]."""
    return [word.replace("'", "") for word in _WORD.findall(plain(text))]


def slug(text: str, longest: int = 60) -> str:
    """A name as it stands in an address: "St. Luke's Hall" is "st-luke-s-hall". Empty when nothing is left."""
    made = _NOT_SLUG.sub("-", plain(text)).strip("-")
    return made[:longest].rstrip("-")


def name_key(text: str) -> str:
    """What two spellings of one name have in common, in any script: "Åse's club" and "ase s CLUB" are "ase-s-club".

    Unlike a slug it is whole, and only empty when the text is.
    """
    if text.isascii():
        made = _NOT_SLUG.sub("-", text.lower()).strip("-")
    else:
        kept = (sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in plain(text))
        made = "-".join("".join(kept).split())
    return made or one_line(text).casefold()


def is_slug(text: str, longest: int = 60) -> bool:
    """Whether the text is its own slug."""
    return len(text) <= longest and bool(_SLUG.fullmatch(text))


def short(text: str, longest: int = 60) -> str:
    """At most `longest` characters, for quoting in a message."""
    text = one_line(text)
    return text if len(text) <= longest else text[: longest - 1] + "…"
