"""A random BERT of MacBERT-base's shape, in a directory as transformers keeps it."""

import json
from pathlib import Path

import torch
from transformers import BertConfig, BertForMaskedLM, BertTokenizerFast

from spacy_sdcl.model.vocabulary import SPECIAL_TOKENS

# hfl/chinese-macbert-base has this many entries, about 7,300 of them single Chinese characters.
VOCABULARY_SIZE = 21128
CHINESE = range(0x4E00, 0x4E00 + 7300)
# Scales the states before the output layer: some characters become likely enough to be changed.
SHARPNESS = 60.0


def make_macbert(directory: Path, characters: str) -> None:
    """Write the model, unless it is there.

    directory (Path): Where.
    characters (str): Characters that the vocabulary must hold.
    """
    if (directory / "config.json").exists():
        return
    directory.mkdir(parents=True, exist_ok=True)
    single = dict.fromkeys([*characters, *map(chr, CHINESE)])
    tokens = [*SPECIAL_TOKENS, *(char for char in single if not char.isspace())]
    tokens += [f"##{char}" for char in tokens[5 : VOCABULARY_SIZE - len(tokens) + 5]]
    tokens += [f"[unused{i}]" for i in range(VOCABULARY_SIZE - len(tokens))]
    vocabulary = directory / "vocab.txt"
    vocabulary.write_text("\n".join(tokens) + "\n", encoding="utf-8")
    torch.manual_seed(0)
    network = BertForMaskedLM(BertConfig(vocab_size=VOCABULARY_SIZE))
    with torch.no_grad():
        network.cls.predictions.transform.LayerNorm.weight.fill_(SHARPNESS)
        # No word piece and no special token is ever likeliest.
        is_single = torch.tensor([len(token) == 1 for token in tokens])
        network.cls.predictions.decoder.bias[~is_single] = -1e4
    network.save_pretrained(directory)
    BertTokenizerFast(vocab_file=str(vocabulary), do_lower_case=True).save_pretrained(directory)
    (directory / "about.json").write_text(json.dumps({"seed": 0, "sharpness": SHARPNESS}))
