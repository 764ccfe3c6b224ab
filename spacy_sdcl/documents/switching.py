"""The comments of `disabling` in plain text that is read line by line."""

from .disabling import COMMENTS

# What every such comment has in it.
SIGN = "sdcl-"


class LineSwitch:
    """Tells which lines of a plain text are to be read, as `disabled_parts` would of the whole."""

    def __init__(self) -> None:
        self._is_off = self._is_next_off = False

    def takes(self, line: str) -> bool:
        """Take the next line.

        line (str): The line, without its end.
        RETURNS (bool): Whether it is to be read.
        """
        match = COMMENTS["text"].match(line) if SIGN in line else None
        if match is None:
            takes, self._is_next_off = not (self._is_off or self._is_next_off), False
            return takes
        word = match["word"]
        if word in ("disable", "enable"):
            self._is_off = word == "disable"
        self._is_next_off = word == "disable-next-line"
        return False
