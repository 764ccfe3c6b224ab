"""When two results are the same: what was corrected, to what, and with which probability."""

import pytest

# Matrices of other sizes are added up in another order, which moves a probability by less.
TOLERANCE = 1e-5


def read(doc):
    return [(each["start"], each["source"], each["target"]) for each in doc._.corrections]


def check_same(docs, expected, *, thresholds=(0.0,)):
    """Corrections are the same, and probabilities within the tolerance.

    A place that hangs on less than the tolerance, because its probability is that of a threshold or
    of another candidate, may come out otherwise, and counts for nothing.
    """
    docs, expected = list(docs), list(expected)
    assert [doc.text for doc in docs] == [doc.text for doc in expected]
    for doc, other in zip(docs, expected, strict=True):
        hanging = {
            each["start"]
            for each in (*doc._.corrections, *other._.corrections)
            if hangs(each, thresholds)
        }
        assert sure(doc, hanging) == sure(other, hanging)
        assert kept(doc, hanging) == kept(other, hanging)
        assert scores(doc, hanging) == pytest.approx(scores(other, hanging), abs=TOLERANCE)


def hangs(correction, thresholds):
    score = correction["score"]
    rivals = [
        each["score"] for each in correction["candidates"] if each["target"] != correction["target"]
    ]
    return any(abs(score - each) <= TOLERANCE for each in (*thresholds, *rivals))


def sure(doc, hanging):
    return [each for each in read(doc) if each[0] not in hanging]


def kept(doc, hanging):
    return [char for i, char in enumerate(doc._.corrected) if i not in hanging]


def scores(doc, hanging):
    return [each["score"] for each in doc._.corrections if each["start"] not in hanging]
