"""Traditional text, read as Simplified and corrected as Traditional."""

import pytest

pytest.importorskip("opencc")

from spacy_sdcl.control.variants import restore, simplify
from spacy_sdcl.types import Candidate, Decision


def decision(start, source, target, *, kept=True):
    candidates = (Candidate(target, 0.9), Candidate(source, 0.1))
    return Decision(start, source, target, 0.9, candidates, kept, "threshold", "")


def restored(written, *decisions):
    return restore(decisions, written=written, read=simplify(written))


@pytest.mark.parametrize("text", ["我們😀 學習，abc\n乾淨乾坤", "", "\x00門", "我门"])
def test_simplifying_keeps_each_character_at_its_place(text):
    simple = simplify(text)
    assert len(simple) == len(text)
    assert all(a == b for a, b in zip(text, simple, strict=True) if ord(a) < 0x2E80)


def test_only_changed_characters_are_converted_back():
    (found,) = restored("我門在學校裏", decision(1, "门", "们"))
    assert (found.source, found.target) == ("門", "們")
    assert [each.target for each in found.candidates] == ["們", "門"]


@pytest.mark.parametrize(
    ("written", "place", "target", "expected"),
    [("皇候來了", 1, "后", "后"), ("以候再說", 1, "后", "後"), ("三公理外", 2, "里", "里")],
)
def test_the_form_is_that_of_the_context(written, place, target, expected):
    source = simplify(written)[place]
    (found,) = restored(written, decision(place, source, target))
    assert found.target == expected


@pytest.mark.parametrize(
    ("written", "expected"), [("以爲這是維什麼", "爲"), ("以為這是維什麼", "為")]
)
def test_the_form_is_that_of_the_regions_writing(written, expected):
    (found,) = restored(written, decision(4, "维", "为"))
    assert found.target == expected


def test_a_change_of_the_form_alone_is_no_correction():
    (found,) = restore([decision(0, "干", "乾")], written="乾净", read="干净")
    assert (found.kept, found.reason) == (False, "variant")


def test_forms_that_become_one_are_listed_once():
    (found,) = restored(
        "我門",
        decision(1, "门", "们")._replace(candidates=(Candidate("们", 0.8), Candidate("們", 0.1))),
    )
    assert found.candidates == (Candidate("們", 0.8),)
