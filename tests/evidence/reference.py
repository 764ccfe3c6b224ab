"""Kneser-Ney of tiny texts, written as the formulas are, for comparison."""

import math
from collections import Counter

from spacy_sdcl.evidence.alphabet import BOUNDARY

ORDER = 4


def all_ngrams(sentences, order):
    for sentence in sentences:
        symbols = (BOUNDARY, *sentence)
        for end in range(1, len(symbols) + 1):
            if end - order >= 0:
                ngram = symbols[end - order : end]
                if ngram[-1] != BOUNDARY:
                    yield ngram


class Reference:
    """Probabilities of symbols after histories, by recursion.

    sentences: Lists of symbols. symbols: Those that text is made of. discounts: {order: [0, D1, D2,
    D3]}. kept: Tells whether an n-gram is kept; all, if None.
    """

    def __init__(self, sentences, symbols, discounts, kept=None):
        self.symbols = symbols
        self.discounts = discounts
        self.raw = {order: Counter(all_ngrams(sentences, order)) for order in range(1, ORDER + 1)}
        kept = kept or (lambda ngram, count: True)
        self.kept = {
            ngram
            for order, counts in self.raw.items()
            for ngram, count in counts.items()
            if order == 1 or kept(ngram, count)
        }
        self.counts = dict(self.raw)
        for order in range(1, ORDER):
            left = Counter()
            for ngram, count in self.raw[order + 1].items():
                left[ngram[1:]] += 1 if ngram in self.kept else count
            for ngram, count in self.raw[order].items():
                if ngram[0] == BOUNDARY:
                    left[ngram] = count
            self.counts[order] = left

    def probability(self, history, symbol):
        order = len(history) + 1
        lower = self.probability(history[1:], symbol) if history else 1 / len(self.symbols)
        counts = self.counts[order]
        total = sum(counts[(*history, other)] for other in self.symbols)
        if not total:
            return lower
        kept = {s: counts[(*history, s)] for s in self.symbols if (*history, s) in self.kept}
        own = {s: max(c - self.discounts[order][min(c, 3)], 0) / total for s, c in kept.items()}
        return own.get(symbol, 0.0) + (1 - sum(own.values())) * lower

    def log_probability(self, ngram):
        return math.log(self.probability(tuple(ngram[:-1]), ngram[-1]))
