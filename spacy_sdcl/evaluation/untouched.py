"""The correct sentences that a pipeline leaves alone, by domain.

Corpora seldom say where a sentence comes from. A domain is a regular expression that tells its
sentences well enough: a sentence belongs to the first domain whose expression is found in it.
"""

import re
from collections.abc import Mapping, Sequence

from spacy.language import Language
from tqdm import tqdm

DOMAINS = {
    "legal": "第[一二三四五六七八九十百]+[条款项]|本法|条例|人民法院|人民政府|应当|依法|规定|机关|不得|予以|当事人",
    "technical": "[A-Za-z]{2}",
    "dialogue": "你|吗|呢|我",
}


def by_domain(sentences: Sequence[str], domains: Mapping[str, str]) -> dict[str, list[int]]:
    """Tell the domains of sentences.

    sentences (Sequence[str]): The sentences.
    domains (Mapping[str, str]): The expression of each domain, in order.
    RETURNS (dict[str, list[int]]): The indices of all sentences, of each domain's, and of others.
    """
    groups: dict[str, list[int]] = {"all": [], **{name: [] for name in domains}, "other": []}
    patterns = {name: re.compile(expression) for name, expression in domains.items()}
    for i, sentence in enumerate(sentences):
        found = (name for name, pattern in patterns.items() if pattern.search(sentence))
        groups["all"].append(i)
        groups[next(found, "other")].append(i)
    return groups


def unchanged(nlp: Language, sentences: Sequence[str]) -> list[int]:
    """Correct sentences that have no error.

    nlp (Language): The pipeline.
    sentences (Sequence[str]): The sentences.
    RETURNS (list[int]): The indices of those that it leaves alone.
    """
    docs = tqdm(nlp.pipe(sentences, batch_size=256), "correct", len(sentences), disable=None)
    return [i for i, doc in enumerate(docs) if doc._.corrected == doc.text]
