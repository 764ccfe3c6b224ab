"""A corrector by name, for scripts and the command line."""

import json
from pathlib import Path

import spacy
from spacy.language import Language

from .model.saved import REMEDY

WHERE_DAMAGED = f"If a file of it is missing or damaged: {REMEDY[0].lower()}{REMEDY[1:]}"


def blank_pipeline() -> Language:
    """Make an empty Chinese pipeline whose tokenizer takes texts of any length.

    RETURNS (Language): The pipeline.
    """
    tokenizer = {"@tokenizers": "spacy-sdcl.CharTokenizer.v1"}
    return spacy.blank("zh", config={"nlp": {"tokenizer": tokenizer}})


def load_pipeline(
    name: str, *, threshold: float | str | None = None, variant: str | None = None
) -> Language:
    """Load a pipeline with a corrector.

    name (str): The name of an embedded model, the directory of a pipeline, or the name of an
        installed one.
    threshold (float / str): The corrector's threshold, or the name of a setting; None for its own.
    variant (str): The characters that texts are written in, as the corrector's setting; None for
        its own.
    RETURNS (Language): The pipeline.
    RAISES (ValueError): If there is no such pipeline, or no corrector in it.
    """
    from .model.weights import embedded_models

    given = {"threshold": threshold, "variant": variant}
    settings = {key: value for key, value in given.items() if value is not None}
    if name in embedded_models():
        nlp = blank_pipeline()
        nlp.add_pipe("sdcl_corrector", config={"model": {"name": name}, **settings})
        return nlp
    overrides = {f"components.sdcl_corrector.{key}": value for key, value in settings.items()}
    folder = Path(name)
    if folder.is_dir():
        _check_folder(folder)
    try:
        nlp = spacy.load(name, config=overrides)
    except ImportError:
        raise
    # spaCy reads many files in as many ways, and mostly does not say which of them failed.
    except Exception as error:
        if folder.is_dir():
            if str(folder) in str(error):
                raise ValueError(str(error)) from error
            raise ValueError(f"{folder} cannot be loaded: {error}. {WHERE_DAMAGED}") from error
        if not isinstance(error, OSError):
            raise
        raise ValueError(
            f"No pipeline {name!r}: give an embedded model ({', '.join(embedded_models())}), the "
            "directory of a trained pipeline, or the name of an installed one."
        ) from error
    if "sdcl_corrector" not in nlp.pipe_names:
        raise ValueError(f"The pipeline {name!r} has no component sdcl_corrector.")
    return nlp


def _check_folder(folder: Path) -> None:
    for name in ("config.cfg", "meta.json"):
        if not (folder / name).is_file():
            raise ValueError(f"{folder} is no whole pipeline: it has no {name}. {REMEDY}")
    try:
        known = json.loads((folder / "meta.json").read_bytes())
    except ValueError:
        known = None
    if not isinstance(known, dict):
        raise ValueError(f"{folder / 'meta.json'} is damaged. {REMEDY}")
