"""Identifiers: addresses, paths, @names, #tags and code, which are no prose and stay as written.

People leave no space behind them: Chinese characters that follow upon Latin ones are taken for the
sentence that goes on, unless a separator or a mark says otherwise. Only what has Chinese characters
in it matters here, the others are never changed.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..language.characters import CJK_PATTERN

HAN = CJK_PATTERN.pattern
WORD = f"{HAN[:-1]}A-Za-z0-9_-]"

# The rest of an address or a path. A Chinese piece of it stands right behind a separator or right
# before one; a longer piece is taken for a sentence.
ZONES = (
    "中国|中國|公司|网络|網絡|香港|台湾|台灣|澳门|澳門|商城|网址|在线|中文网|集团|移动|政务|公益|手机|"
    "网店|企业|商店|网站|信息|新加坡"
)
TAIL = (
    r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&()*+,;=%\\]"
    rf"|(?:(?<=[/\\=#_:-])|(?<=_\()){HAN}(?:{HAN}|[A-Za-z0-9]){{0,24}}(?!{HAN})"
    rf"|(?<=\.)(?:{ZONES})(?!{HAN})"
    rf"|{HAN}{{1,25}}(?=[/\\=&_-]|[.?][A-Za-z0-9]))*"
)
ADDRESS = (
    r"(?:(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{0,20}://|(?<![A-Za-z0-9])www\."
    rf"|(?<![A-Za-z0-9.@-])(?:[A-Za-z0-9-]{{1,63}}\.){{1,5}}[A-Za-z]{{2,24}}(?=/)){TAIL}"
)
EMAIL = (
    rf"(?:{HAN}{{1,4}}|(?<=[A-Za-z0-9_.+-]))@"
    rf"(?:(?:{HAN}{{1,20}}[A-Za-z0-9-]{{0,40}}|[A-Za-z0-9-]{{1,63}})\.){{1,5}}"
    rf"(?:[A-Za-z][A-Za-z0-9-]{{1,62}}|{ZONES})"
)
# A drive, a server, this folder or home; or from the root, where a second slash tells it from "or".
PATH = (
    r"(?:(?<![A-Za-z])[A-Za-z]:[/\\]|\\\\(?=[A-Za-z0-9.-]{1,40}\\)|(?<![\w.~/])(?:~|\.\.?)[/\\]"
    rf"|(?<![\w/])/(?={WORD}{{1,40}}/)|(?<![A-Za-z0-9/.])/(?=[A-Za-z0-9._-]{{1,40}}/)){TAIL}"
)
# Where the name of a file begins cannot be told from a sentence before it: it has so many characters.
SUFFIXES = (
    "txt|md|rst|tex|docx?|xlsx?|pptx?|wps|odt|pdf|csv|tsv|jsonl?|xml|ya?ml|toml|ini|cfg|conf|log|sql|"
    "html?|css|jsx?|tsx?|py|ipynb|java|c|cc|cpp|h|hpp|go|rs|rb|php|sh|bat|exe|msi|apk|dmg|iso|"
    "jpe?g|png|gif|bmp|svg|webp|psd|mp3|mp4|wav|flac|avi|mkv|mov|zip|rar|7z|gz|tar|xz|epub|mobi"
)
FILE = rf"(?:{WORD}{{1,8}}[/\\]){{0,6}}{WORD}{{1,8}}\.(?:{SUFFIXES})(?![A-Za-z0-9])"
# A name that a space ends may be long, one that punctuation ends must be short. Of another, the
# sentence goes on behind it, and it is as long as most names are.
NAME = (
    rf"(?:[A-Za-z0-9_-]{{0,30}}[_-])?{HAN}"
    rf"(?:{WORD}{{0,19}}(?=[ \t\u2005\u3000:：@＠#＃])|{WORD}{{0,5}}(?!{WORD})|{WORD}{{0,3}})"
)
TAG = (
    r"(?<![A-Za-z0-9#＃&])[#＃]"
    rf"(?:[^\s#＃](?:[^\n#＃]{{0,38}}[^\s#＃])?[#＃](?![A-Za-z0-9])|{NAME})"
)
KINDS = {
    kind: re.compile(pattern)
    for kind, pattern in {
        "address": ADDRESS,
        "e-mail address": EMAIL,
        "path": PATH,
        "file name": FILE,
        "name": f"[@＠]{NAME}",
        "tag": TAG,
    }.items()
}
# Where none of these stands, there is no identifier.
SIGNS = re.compile(r"[@＠#＃/\\`]|\.[A-Za-z]")
BACKQUOTES = re.compile(r"`+|\n")
FENCE = 3


class Identifier(NamedTuple):
    """A place that is no prose.

    start (int): Where it begins in the text, in characters.
    end (int): Where it ends.
    kind (str): What it is, as a user would say it.
    """

    start: int
    end: int
    kind: str


def find_identifiers(text: str) -> Iterator[Identifier]:
    """Find the identifiers of a text.

    text (str): A text.
    YIELDS (Identifier): They may overlap.
    """
    if not SIGNS.search(text):
        return
    for kind, pattern in KINDS.items():
        for match in pattern.finditer(text):
            yield Identifier(*match.span(), kind)
    yield from _find_code(text)


def _find_code(text: str) -> Iterator[Identifier]:
    # As Markdown has it: as many backquotes close as have opened. Fewer than a fence's do so on the
    # same line only, that one that was left open does not hide a whole text.
    line = 0
    runs = []
    for match in BACKQUOTES.finditer(text):
        if match[0] == "\n":
            line += 1
        else:
            size = len(match[0])
            runs.append((match.start(), match.end(), size, -1 if size >= FENCE else line))
    closing: dict[tuple[int, int], int] = {}
    partner = [0] * len(runs)
    for i in range(len(runs) - 1, -1, -1):
        partner[i] = closing.get(runs[i][2:], 0)
        closing[runs[i][2:]] = i
    i = 0
    while i < len(runs):
        if partner[i]:
            yield Identifier(runs[i][0], runs[partner[i]][1], "code")
            i = partner[i]
        i += 1
