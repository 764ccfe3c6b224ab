"""A tokenizer that makes a token of each character, in time that grows with the text only.

spaCy's own for Chinese, which cuts the same way, looks for each character in a copy of the rest of
the text: a million characters take it minutes.
"""

import re
from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import DummyTokenizer
from spacy.vocab import Vocab

# A character with the space that belongs to it, or the white space that is left.
TOKEN = re.compile(r"(\S) ?|\s+")


def create_char_tokenizer() -> Callable[[Language], "CharTokenizer"]:
    """`spacy-sdcl.CharTokenizer.v1`: what spaCy's Chinese tokenizer does with `segmenter = "char"`.

    RETURNS (Callable): Makes the tokenizer of a pipeline.
    """
    return make_char_tokenizer


def make_char_tokenizer(nlp: Language) -> "CharTokenizer":
    """Make a `CharTokenizer`.

    nlp (Language): The pipeline.
    RETURNS (CharTokenizer): Its tokenizer.
    """
    return CharTokenizer(nlp.vocab)


class CharTokenizer(DummyTokenizer):
    """Make a token of each character, and of each run of white space.

    vocab (Vocab): The shared vocabulary.
    """

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Cut a text.

        text (str): Any text.
        RETURNS (Doc): Its Doc; a single space after a token belongs to that token.
        """
        # One string for each kind of character, however often it occurs.
        kinds = {char: char for char in text}
        words: list[str] = []
        spaces: list[bool] = []
        for match in TOKEN.finditer(text):
            char = match[1]
            words.append(match[0] if char is None else kinds[char])
            spaces.append(char is not None and len(match[0]) == 2)
        return Doc(self.vocab, words=words, spaces=spaces)
