"""Shards of made-up text, made once."""

import pytest
from made_up import made_up_sentences

from spacy_sdcl.pretraining.preparation import prepare


@pytest.fixture(scope="session")
def shards(tmp_path_factory):
    directory = tmp_path_factory.mktemp("shards")
    sentences = made_up_sentences(600)
    texts = [directory / "a.txt", directory / "b.txt"]
    texts[0].write_text("\n".join(sentences[:300]) + "\n\n", encoding="utf-8")
    texts[1].write_text("\n".join(sentences[300:]), encoding="utf-8")
    prepare(texts, directory / "shards", vocabulary_size=200, dev_sentences=50)
    return directory / "shards"
