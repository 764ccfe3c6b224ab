"""What is said of a document that is not what its name says."""


class MalformedDocument(ValueError):
    """A document is not well formed for its kind, so that it cannot be told what is prose in it.

    source (str): The document.
    offset (int): Where that is seen, in characters of the source.
    what (str): What is wrong there.
    remedy (str): What to do.
    """

    def __init__(self, source: str, offset: int, what: str, remedy: str) -> None:
        self.line = source.count("\n", 0, offset) + 1
        super().__init__(f"line {self.line}: {what}; {remedy}")


class DamagedFile(MalformedDocument):
    """A file that is no text is not what its name says, so that it has no lines to name.

    what (str): What is wrong with it.
    remedy (str): What to do.
    """

    def __init__(self, what: str, remedy: str) -> None:
        self.line = 0
        ValueError.__init__(self, f"{what}; {remedy}")
