"""What was found is kept, within bounds."""

import pytest

pytest.importorskip("pygls")

from spacy_sdcl.lsp.cache import Cache


def test_the_latest_texts_are_kept():
    cache = Cache(most=6)
    for text in ("甲甲", "乙乙", "丙丙"):
        cache.put(text, 0, [{"target": text}])
    assert cache.get("甲甲", 0) == [{"target": "甲甲"}]
    cache.put("丁丁", 0, [])
    assert cache.get("乙乙", 0) is None
    assert cache.get("甲甲", 0) is not None
    assert cache.get("丁丁", 0) == []


def test_what_else_they_depend_on_tells_them_apart():
    cache = Cache()
    cache.put("甲", "a", [])
    assert cache.get("甲", "b") is None


def test_one_that_is_put_again_does_not_take_more_room():
    cache = Cache(most=4)
    cache.put("甲甲", 0, [])
    for _ in range(9):
        cache.put("乙乙", 0, [])
    assert cache.get("甲甲", 0) == []
