"""A BERT of MacBERT-base's shape in a directory as transformers keeps it, for lack of MacBERT's weights.

Its weights are random, and speed does not depend on them. So that two systems can be held against
each other, its head is set to copy what it reads, except for some characters that it takes for
others: what a corrector makes of a text is then known, and sure.
"""

from pathlib import Path

import torch
from transformers import BertConfig, BertForMaskedLM, BertTokenizerFast

from spacy_sdcl.model.vocabulary import SPECIAL_TOKENS

# hfl/chinese-macbert-base has this many entries, about 7,300 of them single Chinese characters.
VOCABULARY_SIZE = 21128
CHINESE = range(0x4E00, 0x4E00 + 7300)
# Scales the states before the output layer: what is likeliest is sure.
SHARPNESS = 30.0
FAINT = 0.1
# These characters are taken for one another, wherever they stand.
TAKEN_FOR = ("的地", "在再", "他她", "是事", "有又", "不步", "了乐", "们门")


def make_macbert(directory: Path, characters: str) -> None:
    """Write the model, unless it is there.

    directory (Path): Where.
    characters (str): Characters that the vocabulary must hold.
    """
    if (directory / "config.json").exists():
        return
    directory.mkdir(parents=True, exist_ok=True)
    single = dict.fromkeys(char.lower() for char in [*characters, *map(chr, CHINESE)])
    tokens = [*SPECIAL_TOKENS, *(char for char in single if not char.isspace())]
    tokens += [f"##{char}" for char in tokens[5 : VOCABULARY_SIZE - len(tokens) + 5]]
    tokens += [f"[unused{i}]" for i in range(VOCABULARY_SIZE - len(tokens))]
    torch.manual_seed(0)
    config = BertConfig(vocab_size=VOCABULARY_SIZE, tie_word_embeddings=False)
    network = BertForMaskedLM(config)
    head = network.cls.predictions
    with torch.no_grad():
        # Padding is taken for padding, as in a trained model.
        network.get_input_embeddings().weight[config.pad_token_id].normal_(std=0.02)
        # Layers that add little to what they are given leave the states near the embeddings of
        # their characters, which the head is made to look for.
        for layer in network.bert.encoder.layer:
            layer.attention.output.dense.weight.mul_(FAINT)
            layer.output.dense.weight.mul_(FAINT)
        network.bert.embeddings.position_embeddings.weight.mul_(FAINT)
        network.bert.embeddings.token_type_embeddings.weight.mul_(FAINT)
        head.transform.dense.weight.copy_(torch.eye(config.hidden_size))
        head.transform.LayerNorm.weight.fill_(SHARPNESS)
        rows = torch.arange(VOCABULARY_SIZE)
        for pair in TAKEN_FOR:
            ids = [tokens.index(char) for char in pair]
            rows[ids] = torch.tensor(ids[::-1])
        head.decoder.weight.copy_(network.get_input_embeddings().weight[rows])
    network.save_pretrained(directory)
    vocabulary = directory / "vocab.txt"
    vocabulary.write_text("\n".join(tokens) + "\n", encoding="utf-8")
    BertTokenizerFast(vocab_file=str(vocabulary), do_lower_case=True).save_pretrained(directory)
