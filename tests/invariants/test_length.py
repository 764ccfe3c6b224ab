"""Any text is accepted, of any length, in bounded memory."""

import pytest
from agreement import read
from tiny import PAIRS, make_whitespace_tokenizer

from spacy_sdcl.model.architecture import get_network


def test_a_text_of_a_million_characters_is_read_in_small_pieces(trained_nlp):
    corrector = trained_nlp.get_pipe("sdcl_corrector")
    sizes = []

    def note(module, inputs):
        ids, mask, _ = inputs[0]
        sizes.append(ids.numel() if mask is None else int(mask.sum()))

    get_network(corrector.model).register_forward_pre_hook(note)
    # Little of it is Chinese, in few tokens: spaCy's tokenizers take minutes for a million.
    trained_nlp.tokenizer = make_whitespace_tokenizer(trained_nlp)
    text = ("".join(pair.source for pair in PAIRS) + " " + "123_not_Chinese," * 120 + " ") * 600
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
def test_each_window_of_a_long_text_is_corrected(trained_nlp, misspelt, end):
    network = get_network(trained_nlp.get_pipe("sdcl_corrector").model)
    text = "".join(sentence.replace("。", "") + end for sentence in misspelt)
    text *= -(-network.window * 5 // len(text))
    found = {start // network.window for start, *_ in read(trained_nlp(text))}
    assert found >= set(range(4))
