"""The result is the same however the text gets there."""

import multiprocessing
import os
import pickle
import subprocess
import sys

import pytest
import spacy
import torch
from agreement import check_same
from awkward import CONTROL, TEXTS, TEXTS_OF_ONE_BATCH
from hypothesis import given
from hypothesis import strategies as st
from tiny import make_loaded, make_tokenizing

# A probability of a written character at which it is flagged decides, too.
CONTROL_THRESHOLDS = (CONTROL["threshold"], 1 - CONTROL["min_confidence"])


@pytest.mark.parametrize("batch_size", [1, 2, 7, 1000])
def test_the_result_is_the_same_at_any_batch_size(eager_nlp, expected, batch_size):
    check_same(eager_nlp.pipe(TEXTS_OF_ONE_BATCH, batch_size=batch_size), expected)


@pytest.mark.parametrize("threshold", ["careful", "recall"])
def test_the_result_at_the_models_own_thresholds_is_the_same_at_any_batch_size(
    trained_nlp, threshold
):
    corrector = trained_nlp.get_pipe("sdcl_corrector")
    corrector.threshold = threshold
    alone = [trained_nlp(text) for text in TEXTS_OF_ONE_BATCH]
    assert any(doc._.corrections for doc in alone)
    for batch_size in (3, 1000):
        docs = trained_nlp.pipe(TEXTS_OF_ONE_BATCH, batch_size=batch_size)
        check_same(docs, alone, thresholds=[corrector.least_score])


def test_the_result_is_the_same_whatever_else_is_in_the_batch(eager_nlp, examples):
    @examples(40)
    @given(texts=st.lists(TEXTS, min_size=1, max_size=6))
    def check(texts):
        check_same(eager_nlp.pipe(texts), [eager_nlp(text) for text in texts])

    check()


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
    subprocess.run(command, env=environment, check=True, timeout=300)


def test_with_all_settings_the_result_is_the_same_however_the_text_gets_there(
    controlled_nlp, model_name, tmp_path
):
    expected = [controlled_nlp(text) for text in TEXTS_OF_ONE_BATCH]

    def check(docs):
        check_same(docs, expected, thresholds=CONTROL_THRESHOLDS)

    check(controlled_nlp.pipe(TEXTS_OF_ONE_BATCH, batch_size=3))
    check(controlled_nlp.pipe(TEXTS_OF_ONE_BATCH, n_process=2, batch_size=3))
    controlled_nlp.to_disk(tmp_path)
    check(spacy.load(tmp_path).pipe(TEXTS_OF_ONE_BATCH))
    other = make_loaded(model_name, **CONTROL).from_bytes(controlled_nlp.to_bytes())
    check(other.pipe(TEXTS_OF_ONE_BATCH))
    corrector = pickle.loads(pickle.dumps(controlled_nlp.get_pipe("sdcl_corrector")))
    docs = [controlled_nlp.make_doc(text) for text in TEXTS_OF_ONE_BATCH]
    check(corrector.pipe(docs))
    for doc, first in zip(corrector.pipe(docs), expected, strict=True):
        candidates = [[c["target"] for c in each["candidates"]] for each in doc._.corrections]
        assert candidates == [
            [c["target"] for c in each["candidates"]] for each in first._.corrections
        ]


@pytest.mark.parametrize("tokenizer", ["en", "whitespace"])
def test_with_all_settings_the_result_is_the_same_with_any_tokenizer(model_name, tokenizer):
    # What is protected by its token depends on the tokenizer.
    protect = {**CONTROL["protect"], "tokens": []}
    nlps = [make_tokenizing(model_name, each) for each in (tokenizer, "char")]
    for nlp in nlps:
        for name, value in {**CONTROL, "protect": protect}.items():
            setattr(nlp.get_pipe("sdcl_corrector"), name, value)
    docs, expected = ([nlp(text) for text in TEXTS_OF_ONE_BATCH] for nlp in nlps)
    check_same(docs, expected, thresholds=CONTROL_THRESHOLDS)


def test_the_result_is_the_same_after_disk_and_bytes(eager_nlp, expected, tmp_path):
    eager_nlp.to_disk(tmp_path)
    check_same(spacy.load(tmp_path).pipe(TEXTS_OF_ONE_BATCH), expected)
    other = make_loaded("zh_sdcl_sm", threshold=0.0).from_bytes(eager_nlp.to_bytes())
    check_same(other.pipe(TEXTS_OF_ONE_BATCH), expected)


@pytest.mark.parametrize("tokenizer", ["jieba", "pkuseg", "en", "xx", "whitespace"])
def test_the_result_is_the_same_with_any_tokenizer(model_name, expected, tokenizer):
    check_same(make_tokenizing(model_name, tokenizer).pipe(TEXTS_OF_ONE_BATCH), expected)


def test_the_result_for_any_text_is_the_same_with_any_tokenizer(eager_nlp, model_name, examples):
    others = [make_tokenizing(model_name, each) for each in ("en", "whitespace")]

    @examples(60)
    @given(text=TEXTS)
    def check(text):
        expected = eager_nlp(text)
        for nlp in others:
            check_same([nlp(text)], [expected])

    check()
