"""What the elements of HTML are to a reader: breaks in the text, markup inside of it, or no prose."""

from enum import Enum, auto
from typing import NamedTuple

from .html_tokens import Tag, names

# They belong to a sentence and are not read.
CODE = names("code kbd samp var tt")
OBJECTS = CODE | names(
    "math svg img canvas audio video iframe object embed applet input select meter progress"
)
# They are not seen where they stand, or beside the text: the readings of ruby.
HIDDEN = names("script style template rt rp datalist")
# They are not read, and what stands before and after them is not one sentence.
LEFT = names("pre textarea xmp listing plaintext noembed noframes")
VOID = names("area base br col embed hr img input link meta param source track wbr")
# What is read through; any other element, also one that is not known, ends a passage.
INLINE = (
    HIDDEN
    | OBJECTS
    | names(
        "a abbr acronym b bdi bdo big cite del dfn em font i ins label link map mark meta nobr q "
        "rb rtc ruby s slot small span strike strong sub sup time u wbr"
    )
)
# What ends when the next one begins, where the end tag was left out. Blocks end a paragraph.
IMPLIED = {
    "li": ("li",),
    "dt": ("dt", "dd"),
    "dd": ("dt", "dd"),
    "td": ("td", "th"),
    "th": ("td", "th"),
    "tr": ("td", "th", "tr"),
    "option": ("option",),
}
CHINESE = names("zh cmn yue wuu hak nan gan hsn lzh cdo cjy cpx czh czo mnp")
# As deep as browsers go.
DEEPEST = 512


class Effect(Enum):
    """What a tag does to the text around it."""

    NONE = auto()
    BREAK = auto()
    OBJECT = auto()


class Element(NamedTuple):
    """An open element.

    name (str): Its name.
    is_left (bool): Whether it, or one around it, is no prose.
    is_foreign (bool): Whether its text is in another language.
    """

    name: str
    is_left: bool
    is_foreign: bool


class Elements:
    """The elements that are open at a place of a page."""

    def __init__(self) -> None:
        self._open: list[Element] = []

    @property
    def are_read(self) -> bool:
        """Whether text at this place is prose."""
        return not self._open or not (self._open[-1].is_left or self._open[-1].is_foreign)

    def take(self, tag: Tag) -> Effect:
        """Go on behind a tag.

        tag (Tag): The next tag.
        RETURNS (Effect): What it does to the text.
        """
        name = tag.name
        is_inline = name in INLINE
        was_read = self.are_read
        if tag.closes:
            self._close(name)
        else:
            if not is_inline:
                self._close_implied(name)
            was_read = was_read or self.are_read
            if name not in VOID and not tag.empty:
                self._start(tag)
        if not (was_read or self.are_read):
            return Effect.NONE
        if not is_inline:
            return Effect.BREAK
        is_object = name in OBJECTS or not self.are_read
        hides = is_object and not tag.closes and was_read and name not in HIDDEN
        return Effect.OBJECT if hides else Effect.NONE

    def _start(self, tag: Tag) -> None:
        if len(self._open) >= DEEPEST:
            return
        outer = self._open[-1] if self._open else Element("", False, False)
        left = tag.name in LEFT | HIDDEN | OBJECTS or tag.attributes.get("translate") == "no"
        foreign = outer.is_foreign
        if "lang" in tag.attributes:
            foreign = not (_is_template(tag) or is_chinese(tag.attributes["lang"]))
        self._open.append(Element(tag.name, outer.is_left or left, foreign))

    def _close(self, name: str) -> None:
        for depth in reversed(range(len(self._open))):
            found = self._open[depth].name
            if found == name:
                del self._open[depth:]
                return
            # A stray end tag of markup does not end the paragraph it stands in.
            if name in INLINE and found not in INLINE:
                return

    def _close_implied(self, name: str) -> None:
        closing = (*IMPLIED.get(name, ()), "p", *CODE)
        first = None
        for depth in reversed(range(len(self._open))):
            found = self._open[depth].name
            if found in closing:
                first = depth
            elif found not in INLINE:
                break
        if first is not None:
            del self._open[first:]


def _is_template(tag: Tag) -> bool:
    # Templates of editors begin every page with lang="en", whatever it is written in.
    return tag.name == "html" and tag.attributes["lang"].strip().lower().startswith("en")


def is_chinese(language: str) -> bool:
    """Whether text in a language is to be read.

    language (str): The language's code, "zh-CN" or "zh_CN".
    RETURNS (bool): True for the Chinese languages, and where none is named.
    """
    main = language.strip().lower().replace("_", "-").partition("-")[0]
    return not main or main in CHINESE
