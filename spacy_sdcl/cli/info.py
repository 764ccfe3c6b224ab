"""`spacy sdcl info`: a model's card, its settings, and what it runs with."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .options import DEFAULT_MODEL, AsJson, Model, reported_errors

if TYPE_CHECKING:
    from spacy.language import Language

    from ..evidence.learned import Learned

PACKAGES = ("spacy", "spacy-transformers", "thinc", "torch", "transformers")


def info(
    model: Model = DEFAULT_MODEL,
    learned: Annotated[
        bool, typer.Option("--learned", help="List the words that it has learnt, and nothing else.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show a model's card, settings and versions."""
    with reported_errors():
        record = describe_learned(model) if learned else describe(model)
    if learned and not as_json:
        for word, times in record["words"].items():
            typer.echo(f"{word}\t{times}")
        return
    if as_json:
        typer.echo(json.dumps(record, ensure_ascii=False, indent=2, default=str))
        return
    card = record.pop("card")
    for name, values in record.items():
        if isinstance(values, dict):
            typer.echo(f"{name}:")
            for key, value in values.items():
                typer.echo(f"  {key}: {_plain(value)}")
        else:
            typer.echo(f"{name}: {_plain(values)}")
    if card:
        typer.echo(f"\n{card}")


def describe(model: str) -> dict[str, Any]:
    """All that is known of a model.

    model (str): As in `load_pipeline`.
    RETURNS (dict): Plain values; "card" is Markdown, "" for a pipeline that has none.
    RAISES (ValueError): If there is no such pipeline.
    """
    from importlib.metadata import version

    from .. import __version__
    from ..loading import load_pipeline

    nlp = load_pipeline(model)
    config = dict(nlp.config["components"]["sdcl_corrector"])
    return {
        "model": model,
        "versions": {
            "spacy_sdcl": __version__,
            **{name: version(name) for name in PACKAGES},
        },
        "pipeline": nlp.pipe_names,
        "network": _describe_network(nlp),
        "evidence": _describe_evidence(nlp),
        "settings": {name: value for name, value in config.items() if name != "factory"},
        "meta": {} if _is_embedded(model) else _written(nlp.meta),
        "card": _read_card(model),
    }


def describe_learned(model: str) -> dict[str, Any]:
    """What a pipeline has learnt of its user's own text.

    model (str): As in `load_pipeline`.
    RETURNS (dict): "characters" of the text, their "weight" in probabilities, "words" with how often
        they occur, the most frequent first, and those "forgotten".
    RAISES (ValueError): If there is no such pipeline, or it has learnt nothing.
    """
    from ..evaluation.figures import corrector_of
    from ..loading import load_pipeline

    evidence = corrector_of(load_pipeline(model)).loaded_evidence
    if evidence is None or evidence.learned is None:
        raise ValueError(
            f"{model} has learnt nothing yet: show it text with `python -m spacy sdcl learn`."
        )
    return evidence.learned.describe()


def _describe_network(nlp: "Language") -> dict[str, Any]:
    from ..evaluation.figures import corrector_of
    from ..model.architecture import get_network, load_embedded

    pipe = corrector_of(nlp)
    load_embedded(pipe.model)
    network = get_network(pipe.model)
    if network is None:
        return {"trained": False}
    known = {
        "trained": network.trained,
        "parameters": sum(each.numel() for each in network.parameters()),
        "characters": len(network.vocabulary),
        "window": network.window,
        "fusion": network.fusion,
        "thresholds": dict(network.thresholds),
    }
    return {**known, "threshold": pipe.least_score} if network.trained else known


def _describe_evidence(nlp: "Language") -> dict[str, Any] | None:
    from ..evaluation.figures import corrector_of

    evidence = corrector_of(nlp).loaded_evidence
    if evidence is None:
        return None
    return {
        "judge": evidence.judge is not None,
        "words": len(evidence.lexicon),
        "thresholds": dict(evidence.thresholds),
        "about": evidence.about,
        "learned": _described_briefly(evidence.learned),
    }


def _described_briefly(learned: "Learned | None") -> dict[str, Any] | None:
    return None if learned is None else {**learned.describe(), "words": len(learned.words)}


def _written(meta: dict[str, Any]) -> dict[str, Any]:
    # spaCy puts a name down for everything that nobody has filled in.
    return {name: value for name, value in meta.items() if value not in ("", [], {}, None)}


def _is_embedded(model: str) -> bool:
    from ..model.weights import embedded_models

    return model in embedded_models()


def _read_card(model: str) -> str:
    from ..model.weights import EMBEDDED_DIR

    if not _is_embedded(model):
        return ""
    path = EMBEDDED_DIR / model / "README.md"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
