"""The prose of a part, paragraph by paragraph, with the bytes that each character stands for."""

from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

from ..passages import OBJECT
from .fields import Fields, is_written
from .text import SPACES, read_text
from .tree import PARAGRAPH, Element, parse

# A line end inside of a paragraph.
SOFT_BREAK = "\u2028"
# What is read through.
THROUGH = frozenset({"w:hyperlink", "w:smartTag", "w:customXml", "w:dir", "w:bdo"})
# Text that others have inserted, or moved to here; what they deleted is not read.
INSERTED = frozenset({"w:ins", "w:moveTo"})
DELETED = frozenset({"w:del", "w:moveFrom"})
CHARACTERS = {
    "w:tab": "\t",
    "w:ptab": "\t",
    "w:br": SOFT_BREAK,
    "w:cr": SOFT_BREAK,
    "w:noBreakHyphen": "\u2011",
    "w:softHyphen": "\u00ad",
}
OBJECTS = frozenset({"w:sym", "w:object", "w:pgNum", "w:contentPart", "m:oMath", "m:oMathPara"})
DATES = frozenset({"w:dayShort", "w:monthShort", "w:yearShort", "w:dayLong", "w:monthLong"})
# Content controls that are filled by choosing, by a program, or not yet, and those that are locked.
CHOSEN = frozenset(
    {"w:dropDownList", "w:comboBox", "w:date", "w14:checkbox", "w:picture", "w:equation"}
    | {"w:citation", "w:bibliography", "w:dataBinding", "w:showingPlcHdr"}
)
LOCKS = frozenset({"contentLocked", "sdtContentLocked"})
BOX = "w:txbxContent"


class Prose(NamedTuple):
    """A paragraph.

    text (str): What is read of it; empty where nothing is.
    starts, ends (list[int]): The bytes of the part that stand for each character.
    in_box (bool): Whether it stands in a text box.
    """

    text: str
    starts: list[int]
    ends: list[int]
    in_box: bool


class Story(NamedTuple):
    """What is read of a part.

    paragraphs (list[Prose]): Its paragraphs; those of a text box stand behind the one that holds it.
    twins (dict[int, tuple[int, int]]): Where text boxes are written a second time, for old
        programs: the bytes of the other one, by where a character begins in the first.
    ids (set[int]): Numbers of annotations in it.
    root (str): The name of its root.
    """

    paragraphs: list[Prose]
    twins: dict[int, tuple[int, int]]
    ids: set[int]
    root: str


def read_story(name: str, data: bytes, code_styles: frozenset[str]) -> Story:
    """Read a part.

    name (str): Its name.
    data (bytes): The part, in UTF-8.
    code_styles (frozenset[str]): Ids of styles for what is not read.
    RETURNS (Story): Its prose.
    RAISES (DamagedFile): If it is no XML.
    """
    twins: dict[int, tuple[int, int]] = {}
    reader = Reader(data, code_styles, twins)
    root, ids = parse(name, data, reader.take)
    reader.finish()
    return Story(reader.paragraphs, twins, ids, root.name)


class Reader:
    """Reads paragraphs in their order.

    data (bytes): The part, in UTF-8.
    code_styles (frozenset[str]): Ids of styles for what is not read.
    twins (dict): As in `Story`; is filled.
    in_box (bool): Whether they stand in a text box.
    """

    def __init__(
        self,
        data: bytes,
        code_styles: frozenset[str],
        twins: dict[int, tuple[int, int]],
        *,
        in_box: bool = False,
    ) -> None:
        self.data = data
        self.code_styles = code_styles
        self.twins = twins
        self.in_box = in_box
        self.paragraphs: list[Prose] = []
        self._fields = Fields()
        self._is_left = False
        self._goes_on = False
        self._begin()

    def take(self, paragraph: Element) -> None:
        """Read a paragraph.

        paragraph (Element): The next one.
        """
        # Whose paragraph mark was deleted goes on in the next one.
        if not self._goes_on:
            self.finish()
        around = takewhile(lambda each: each.name != BOX, paragraph.ancestors())
        if any(map(_is_left, around)):
            return
        style = paragraph.child("w:pPr", "w:pStyle")
        self._is_left = _value(style) in self.code_styles
        self._started = True
        self._read(paragraph)
        mark = paragraph.child("w:pPr", "w:rPr")
        self._goes_on = mark is not None and any(each.name in DELETED for each in mark.children)

    def finish(self) -> None:
        """End the paragraph that was read last, and read the text boxes in it."""
        if not self._started:
            return
        self.paragraphs.append(Prose("".join(self._texts), self._starts, self._ends, self.in_box))
        boxes = self._boxes
        self._begin()
        for box, twin in boxes:
            first = self._read_box(box)
            second = self._read_box(twin) if twin else []
            self.paragraphs += first
            if [each.text for each in first] == [each.text for each in second]:
                for one, other in zip(first, second, strict=True):
                    places = zip(other.starts, other.ends, strict=True)
                    self.twins.update(zip(one.starts, places, strict=True))

    def _begin(self) -> None:
        self._texts: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._boxes: list[tuple[Element, Element | None]] = []
        self._goes_on = self._started = False

    def _read_box(self, box: Element) -> list[Prose]:
        reader = Reader(self.data, self.code_styles, self.twins, in_box=True)
        for paragraph in _outermost(box, PARAGRAPH):
            reader.take(paragraph)
        reader.finish()
        return reader.paragraphs

    def _put(self, text: str, element: Element) -> None:
        if self._fields.are_read and not self._is_left:
            self._add(text, element.start, element.end)

    def _add(self, text: str, start: int, end: int) -> None:
        self._texts.append(text)
        self._starts.append(start)
        self._ends.append(end)

    def _read(self, parent: Element) -> None:
        for each in parent.children:
            if each.name == "w:r":
                self._read_run(each)
            elif each.name in THROUGH or each.name in INSERTED:
                self._read(each)
            elif each.name == "w:sdt":
                content = each.child("w:sdtContent")
                if _is_chosen(each):
                    self._put(OBJECT, each)
                elif content:
                    self._read(content)
            elif each.name == "w:fldSimple":
                if is_written(each.attributes.get("w:instr", "")):
                    self._read(each)
                else:
                    self._put(OBJECT, each)
            elif each.name == "mc:AlternateContent":
                choice = each.child("mc:Choice")
                if choice:
                    self._read(choice)
            elif each.name in OBJECTS:
                self._put(OBJECT, each)

    def _read_run(self, run: Element) -> None:
        is_hidden = run.is_on("w:rPr", "w:vanish")
        is_object = (
            run.is_on("w:rPr", "w:noProof")
            or _value(run.child("w:rPr", "w:rStyle")) in self.code_styles
        )
        for each in run.children:
            if each.name == "w:fldChar":
                self._read_field(each)
            elif each.name == "w:instrText":
                chars = read_text(self.data, each)
                self._fields.instruct("".join(char.text for char in chars))
            elif is_hidden:
                continue
            elif each.name == "w:t":
                self._read_text(each, is_object=is_object)
            elif each.name in CHARACTERS:
                self._put(CHARACTERS[each.name], each)
            elif each.name in OBJECTS or each.name in DATES:
                self._put(OBJECT, each)
            elif each.name in ("w:drawing", "w:pict"):
                self._read_drawing(each, each, None)
            elif each.name == "mc:AlternateContent":
                choice, fallback = each.child("mc:Choice"), each.child("mc:Fallback")
                if choice:
                    self._read_drawing(each, choice, fallback)
            elif each.name == "w:ruby" and (base := each.child("w:rubyBase")):
                self._read(base)

    def _read_field(self, char: Element) -> None:
        match char.attributes.get("w:fldCharType"):
            case "begin":
                self._fields.begin()
            case "separate":
                self._fields.separate()
            case "end" if self._fields.end():
                self._put(OBJECT, char)

    def _read_text(self, element: Element, *, is_object: bool) -> None:
        chars = read_text(self.data, element)
        if is_object:
            if chars:
                self._put(OBJECT, element)
        elif self._fields.are_read and not self._is_left:
            for char, start, end in chars:
                self._add(char.translate(SPACES), start, end)

    def _read_drawing(self, whole: Element, shown: Element, twin: Element | None) -> None:
        if not self._fields.are_read:
            return
        # What floats does not stand in the sentence.
        if not any(map(_floats, shown.inside())):
            self._put(OBJECT, whole)
        boxes = list(_outermost(shown, BOX))
        others: list[Element | None] = [*_outermost(twin, BOX)] if twin else []
        if len(others) != len(boxes):
            others = [None] * len(boxes)
        self._boxes += zip(boxes, others, strict=True)


def _is_left(element: Element) -> bool:
    """Whether what stands between paragraphs holds none that are read."""
    match element.name:
        case "w:sdt":
            return _is_chosen(element)
        case "w:tr":
            row = element.child("w:trPr")
            return row is not None and row.child("w:del") is not None
        case "w:tc":
            return element.child("w:tcPr", "w:cellDel") is not None
        case "mc:Fallback":
            return True
        case "mc:Choice":
            return element.parent is not None and element.parent.child("mc:Choice") is not element
        case name:
            return name in DELETED


def _is_chosen(control: Element) -> bool:
    properties = control.child("w:sdtPr")
    if properties is None:
        return False
    return any(
        _value(each) in LOCKS if each.name == "w:lock" else each.name in CHOSEN
        for each in properties.children
    )


def _floats(element: Element) -> bool:
    style = element.attributes.get("style", "").replace(" ", "")
    return element.name == "wp:anchor" or "position:absolute" in style


def _outermost(element: Element, name: str) -> Iterator[Element]:
    for each in element.children:
        if each.name == name:
            yield each
        # What is written for old programs is there already.
        elif each.name != "mc:Fallback":
            yield from _outermost(each, name)


def _value(element: Element | None) -> str:
    return "" if element is None else element.attributes.get("w:val", "")
