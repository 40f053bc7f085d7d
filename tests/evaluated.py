"""Whether hostile text was run as a template rather than shown."""

import re

# 43 times 43 as a number of its own: the tokens of forms, the versions of files and the dates of now and then hold it
_PRODUCT = re.compile(r"(?<![\w.-])1849(?![\w-])")


def was_evaluated(text: str) -> bool:
    """Whether a page holds what `{{43*43}}` comes to."""
    return bool(_PRODUCT.search(text))
