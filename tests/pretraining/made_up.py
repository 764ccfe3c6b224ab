"""Made-up text to pretrain on, a tiny recipe, and runs of some steps."""

import random

from spacy_sdcl.data.noise import NoiseRates
from spacy_sdcl.language.confusions import Confusions
from spacy_sdcl.pretraining import shards as shards_module
from spacy_sdcl.pretraining.batches import BatchStream, Position

SUBJECTS = ["我们", "老师", "他的朋友", "经理", "孩子们", "医生", "这位作家"]
TIMES = ["今天", "昨天下午", "每个周末", "上个月", "晚上"]
DEEDS = [
    "在公园里散步",
    "去图书馆看书",
    "讨论新的计划",
    "学习怎样做菜",
    "坐火车去北京",
    "写了一封信",
]

TINY = {
    "layers": 1,
    "width": 32,
    "heads": 2,
    "intermediate": 64,
    "window": 32,
    "batch_characters": 512,
    "learning_rate": 3e-3,
}


def made_up_sentences(count):
    rng = random.Random(0)
    return [
        f"{rng.choice(TIMES)}，{rng.choice(SUBJECTS)}{rng.choice(DEEDS)}。" for _ in range(count)
    ]


def stream(shards, **options):
    settings = {"batch_characters": 400, "window": 24, "chunk_characters": 2000} | options
    return BatchStream(
        sorted(shards.glob("train-*.safetensors")),
        shards_module.load_vocabulary(shards),
        Confusions.load(shards / shards_module.CONFUSIONS_FILE),
        NoiseRates(error_rate=0.3, clean_sentences=0.0),
        **settings,
    )


def take(stream, count, start=Position()):
    batches = stream.iterate(start)
    return [next(batches) for _ in range(count)]


def steps(trainer, count):
    for _, (position, batch) in zip(
        range(count), trainer.stream.iterate(trainer.position), strict=False
    ):
        trainer.step(batch, 1.0)
        trainer.position = position
