"""Pipelines, each loaded once and set to the manner that is asked for."""

from typing import Any, NamedTuple

from spacy.language import Language

from ..loading import load_pipeline
from .manner import Manner

COMPONENT = "sdcl_corrector"
# A pipeline takes some hundred megabytes.
MOST = 2


class Loaded(NamedTuple):
    """A pipeline.

    nlp (Language): The pipeline.
    own (dict): The settings that it came with.
    set_to (list): The manner that it is set to, as `Manner.state` has it; none at first.
    """

    nlp: Language
    own: dict[str, Any]
    set_to: list[Any]


class Pipelines:
    """Loads pipelines. To be used by one thread."""

    def __init__(self) -> None:
        self._loaded: dict[str, Loaded] = {}

    def get(self, manner: Manner) -> Language:
        """Give the pipeline for a manner.

        manner (Manner): The manner.
        RETURNS (Language): The pipeline, set to it until the next call.
        RAISES (ValueError): If there is no such pipeline, or it cannot have such a setting.
        """
        loaded = self._loaded.pop(manner.model, None) or self._load(manner.model)
        self._loaded[manner.model] = loaded
        if loaded.set_to != [manner.state]:
            loaded.set_to.clear()
            _set(loaded, manner)
            loaded.set_to.append(manner.state)
        return loaded.nlp

    def _load(self, name: str) -> Loaded:
        while len(self._loaded) >= MOST:
            del self._loaded[next(iter(self._loaded))]
        nlp = load_pipeline(name)
        corrector = nlp.get_pipe(COMPONENT)
        own = {each: getattr(corrector, each) for each in ("threshold", "variant", "protect")}
        return Loaded(nlp, own, [])


def _set(loaded: Loaded, manner: Manner) -> None:
    corrector = loaded.nlp.get_pipe(COMPONENT)
    for name, value in loaded.own.items():
        setattr(corrector, name, value)
    manner.file.apply(loaded.nlp)
    for name in ("threshold", "variant"):
        value = getattr(manner, name)
        if value is not None:
            setattr(corrector, name, value)
