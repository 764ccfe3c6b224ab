"""What LaTeX does not read as LaTeX: verbatim text, listings, pictures made of commands."""

import re

from .latex_macros import CODE
from .passages import OBJECT

INLINE = r"\\(?:verb\*?|lstinline(?:\[[^\]\n]*\])?|mintinline(?:\[[^\]\n]*\])?\{[^}\n]*\})"
# In this order: what is escaped or commented out begins nothing.
STARTS = re.compile(
    rf"(?P<inline>{INLINE}(?:\{{[^}}\n]*\}}|(?P<mark>[^\sa-zA-Z*{{])[^\n]*?(?P=mark))"
    r"|\\(?:url|path|nolinkurl)\{[^}\n]*\})"
    r"|(?P<before>\\href\s*\{)(?P<target>[^}\n]*)"
    rf"|\\begin\s*\{{(?P<block>{'|'.join(sorted(CODE))})\*?\}}"
    r"|\\[\\%]|%[^\n]*"
)


def mask(source: str) -> str:
    """Put other characters in the place of what is not LaTeX.

    source (str): A document.
    RETURNS (str): The same, of the same length, with `OBJECT`s for code in a sentence, and line
        ends for environments of code.
    """
    pieces = []
    place = 0
    while match := STARTS.search(source, place):
        pieces.append(source[place : match.start()])
        end = match.end()
        if match["inline"]:
            pieces.append(OBJECT * (end - match.start()))
        elif match["before"]:
            # In an address, "%" begins no comment.
            pieces.append(match["before"] + "-" * len(match["target"]))
        elif name := match["block"]:
            closing = re.compile(rf"\\end\s*\{{{name}\*?\}}").search(source, end)
            end = closing.end() if closing else len(source)
            pieces.append("\n" * (end - match.start()))
        else:
            pieces.append(match[0])
        place = end
    return "".join([*pieces, source[place:]])
