"""Documents as people make them, in files/, and what is to be read of each."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from spacy_sdcl.documents.kinds import kind_of, read_passages

FILES = Path(__file__).parent / "files"


class Sample(NamedTuple):
    name: str
    columns: tuple[str, ...] = ()

    @property
    def kind(self):
        return kind_of(self.name)

    @property
    def source(self):
        return (FILES / self.name).read_bytes().decode("utf-8")

    def passages(self, source=None):
        return passages(self.kind, self.source if source is None else source, self.columns)


SAMPLES = (
    Sample("diary.txt"),
    Sample("notes.md"),
    Sample("page.html"),
    Sample("paper.tex"),
    Sample("manual.rst"),
    Sample("film.srt"),
    Sample("film.vtt"),
    Sample("film.ass"),
    Sample("zh.po"),
    Sample("lesson.ipynb"),
    Sample("shop.csv", ("评论",)),
    Sample("shop.tsv", ("2",)),
    Sample("talk.jsonl", ("text",)),
    Sample("words.json", ("*",)),
)


def passages(kind, source, columns=()):
    return list(read_passages(kind, source, columns=columns))


def texts(kind, source, columns=()):
    return [passage.text for passage in passages(kind, source, columns)]


def is_ordered(passage):
    """Whether places ascend; characters that one part of the source stands for share it."""
    starts, ends = passage.starts, passage.ends
    same = (starts[1:] == starts[:-1]) & (ends[1:] == ends[:-1])
    return bool(np.all(starts < ends) and np.all(same | (ends[:-1] <= starts[1:])))
