"""Fields: what a program computes, such as a table of contents, and what only looks like that."""

import re

# Their results are text that people wrote.
WRITTEN = frozenset({"HYPERLINK", "FORMTEXT", "QUOTE", "MACROBUTTON"})
# They show nothing where they stand.
UNSEEN = frozenset({"XE", "TC", "TA", "RD", "SET", "ASK", "PRIVATE"})
WORD = re.compile(r"\s*\\?(\w*)")


class Field:
    """A field that is open at a place."""

    def __init__(self) -> None:
        self.instruction = ""
        self.has_result = False

    @property
    def name(self) -> str:
        """What kind it is of, in capital letters."""
        match = WORD.match(self.instruction)
        return match[1].upper() if match else ""


class Fields:
    """The fields that are open at a place of a story; they go on over ends of paragraphs."""

    def __init__(self) -> None:
        self._open: list[Field] = []

    @property
    def are_read(self) -> bool:
        """Whether text at this place is what somebody wrote."""
        return all(field.has_result and field.name in WRITTEN for field in self._open)

    def begin(self) -> None:
        """Begin a field with its instruction."""
        self._open.append(Field())

    def instruct(self, text: str) -> None:
        """Add to the instruction.

        text (str): A part of it.
        """
        if self._open and not self._open[-1].has_result:
            self._open[-1].instruction += text

    def separate(self) -> None:
        """Go on to the result."""
        if self._open:
            self._open[-1].has_result = True

    def end(self) -> bool:
        """End a field.

        RETURNS (bool): Whether it is something to be seen that is no written text.
        """
        if not self._open:
            return False
        field = self._open.pop()
        return self.are_read and field.name not in WRITTEN | UNSEEN


def is_written(instruction: str) -> bool:
    """Whether the result of a field is text that somebody wrote.

    instruction (str): The field's instruction.
    RETURNS (bool): True for links, and for forms that are filled in.
    """
    field = Field()
    field.instruction = instruction
    return field.name in WRITTEN
