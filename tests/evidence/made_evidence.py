"""A small evidence of a few sentences, with a judge made by hand."""

import numpy as np

from spacy_sdcl.evidence.alphabet import Alphabet
from spacy_sdcl.evidence.building import build_table
from spacy_sdcl.evidence.bundle import Evidence
from spacy_sdcl.evidence.counting import NgramCounts
from spacy_sdcl.evidence.features import NAMES
from spacy_sdcl.evidence.judge import Judge
from spacy_sdcl.evidence.lexicon import build_lexicon
from spacy_sdcl.evidence.likeness import build_likeness
from spacy_sdcl.evidence.pairs import Pairs
from spacy_sdcl.language.characters import is_cjk
from spacy_sdcl.types import Doubts

SENTENCES = [
    "我今天很高兴。",
    "他们明天去北京。",
    "我们在学校学习中文。",
    "请问去火车站怎么走？",
    "他今天也很高兴。",
    "我们今天去火车站。",
]
ALPHABET = Alphabet(sorted({*"".join(SENTENCES), *"行门占再笑搞性现效"}))


def make_judge(bias=-2.0, **weights):
    """A judge that adds up features, each by the weight given by its name, "n-grams" for gains."""
    direct = np.zeros(len(NAMES) + 1, dtype=np.float32)
    for name, weight in weights.items():
        for column, full in enumerate(NAMES):
            if full.replace(" ", "_").replace(":", "").replace(",", "") == name:
                direct[column] = weight
    width = len(direct)
    return Judge(
        Pairs(np.zeros(0, np.uint32), np.zeros(0, np.float16)),
        mean=np.zeros(width),
        scale=np.ones(width),
        first=np.zeros((width, 2)),
        first_bias=np.zeros(2),
        second=np.zeros((2, 2)),
        second_bias=np.zeros(2),
        last=np.zeros(2),
        direct=direct,
        bias=np.array([bias]),
    )


NGRAMS = {"n-grams_gain_itself": 0.5, "n-grams_gain_what_follows": 0.5}


def make_evidence(judge=None):
    counts = NgramCounts.of(ALPHABET, SENTENCES * 3)
    words = {"高兴": 100.0, "今天": 100.0, "火车站": 20.0, "我们": 100.0}
    return Evidence(
        build_table(counts, 400_000),
        build_lexicon(words, ALPHABET),
        build_likeness(ALPHABET),
        make_judge(**NGRAMS) if judge is None else judge,
        thresholds={"careful": 0.7, "recall": 0.4},
        about={"text": "made up"},
    )


def doubt_everywhere(texts, candidates=(), written=0.5):
    """What a network would say that doubts each Chinese character and has no idea what it should be."""
    places = [
        (number, start)
        for number, text in enumerate(texts)
        for start, char in enumerate(text)
        if is_cjk(char)
    ]
    text, start = np.array(places, dtype=np.int64).reshape(-1, 2).T
    points = np.array([ord(char) for char in candidates], dtype=np.uint32)
    count = len(text)
    return Doubts(
        text,
        start,
        np.tile(points, (count, 1)).reshape(count, len(points)),
        np.full((count, len(points)), -3.0, dtype=np.float32),
        np.full(count, np.log(written), dtype=np.float32),
    )
