"""What tests of the corrector look at: its texts and its weights."""

import torch
from tiny import PAIRS

from spacy_sdcl.model.architecture import get_network

SOURCES = [pair.source for pair in PAIRS]
TARGETS = [pair.target for pair in PAIRS]


def corrected(nlp, texts=SOURCES):
    return [nlp(text)._.corrected for text in texts]


def network_of(nlp):
    return get_network(nlp.get_pipe("sdcl_corrector").model)


def parameters_of(nlp):
    return [parameter.detach().clone() for parameter in network_of(nlp).parameters()]


def same_parameters(before, after):
    return all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
