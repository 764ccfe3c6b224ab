"""The tiny model of the tests: its characters, its sentences, and pipelines with it."""

import numpy as np
import pytest
import spacy
import torch
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import get_words_and_spaces

from spacy_sdcl.annotations.spans import make_gold_doc
from spacy_sdcl.model.network import SDCLNetwork
from spacy_sdcl.model.vocabulary import SPECIAL_TOKENS, Vocabulary
from spacy_sdcl.model.weights import build_network
from spacy_sdcl.types import Pair

# Sentences of our own, the misspelt one first; the last two have no error.
PAIRS = [
    Pair("我今天很高行。", "我今天很高兴。"),
    Pair("他门明天去北京。", "他们明天去北京。"),
    Pair("我门在学笑学习中文。", "我们在学校学习中文。"),
    Pair("请问车占怎么走？", "请问车站怎么走？"),
    Pair("这个苹果很好吃。", "这个苹果很好吃。"),
    Pair("老师说得很对。", "老师说得很对。"),
]

COMMON_CHARACTERS = sorted(
    set(
        "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
        "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
        "日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政"
        "美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员"
        "解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件"
        "计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象"
        "完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笑校站占兴"
        "习京请怎苹吃车"
    )
    | set("，。！？、；：“”（）0123456789abcdefghijklmnopqrstuvwxyz.,!? \n")
)

TINY_ENCODER = {
    "model_type": "bert",
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    # Windows of 64 characters, so that short texts are cut too.
    "max_position_embeddings": 66,
    "hidden_dropout_prob": 0.0,
    "attention_probs_dropout_prob": 0.0,
}

# That of the characters' embeddings, so that both weigh the same.
BIGRAM_DEVIATION = 0.02

MODERNBERT = {
    "model_type": "modernbert",
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "max_position_embeddings": 66,
}


def make_bigram_keys(vocabulary):
    """Some pairs of characters: those of PAIRS, and others at random; none of special tokens."""
    size, special = len(vocabulary), len(SPECIAL_TOKENS)
    ids = [vocabulary.encode(text) for pair in PAIRS for text in (pair.source, pair.target)]
    known = np.concatenate([each[:-1] * size + each[1:] for each in ids])
    others = np.random.default_rng(0).integers(special, size, (2000, 2)) @ [size, 1]
    return np.unique(np.concatenate([known, others]))


def make_tiny_network(seed: int = 0, *, encoder=TINY_ENCODER, **settings) -> SDCLNetwork:
    """A random network that a test may change; its bigrams, zeros in a new one, are random too."""
    vocabulary = Vocabulary.from_characters(COMMON_CHARACTERS)
    settings.setdefault("bigram_keys", make_bigram_keys(vocabulary))
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = build_network(encoder, vocabulary, **settings)
        if network.bigram_embeddings is not None:
            torch.nn.init.normal_(network.bigram_embeddings.weight, std=BIGRAM_DEVIATION)
    return network


def make_examples(nlp, pairs=PAIRS):
    """Examples whose predicted docs are fresh, with the corrections in the reference docs."""
    return [Example(nlp.make_doc(pair.source), make_gold_doc(nlp, pair)) for pair in pairs]


def make_pipeline(name, language="zh", **config):
    """A blank pipeline with a corrector whose model has the given name."""
    nlp = spacy.blank(language)
    model = {"@architectures": "spacy-sdcl.SDCL.v1", "name": None if name is None else str(name)}
    model.update(config.pop("model", {}))
    nlp.add_pipe("sdcl_corrector", config={"model": model, **config})
    return nlp


def make_loaded(name, **config):
    """A pipeline whose model has its network."""
    nlp = make_pipeline(name, **config)
    nlp.get_pipe("sdcl_corrector").model.initialize()
    return nlp


def make_whitespace_tokenizer(nlp):
    """A tokenizer that makes one token of all that stands between spaces."""
    return lambda text: Doc(nlp.vocab, *get_words_and_spaces(text.split(), text))


def make_tokenizing(name, tokenizer):
    """A pipeline that changes whatever it can, its texts cut as the tokenizer's name says."""
    if tokenizer in ("en", "xx"):
        return make_loaded(name, language=tokenizer, threshold=0.0)
    nlp = make_loaded(name, threshold=0.0)
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
