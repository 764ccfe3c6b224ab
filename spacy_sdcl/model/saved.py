"""The file `model` of a saved pipeline, into a model.

spaCy reads it too, but says neither which file it is that is missing or damaged, nor what to do.
"""

from pathlib import Path
from typing import Any

import srsly

REMEDY = "Copy the pipeline once more, or save it anew with nlp.to_disk."


def load_saved(model: Any, path: Path) -> None:
    """Give a model what is in the file of a saved one.

    model (Model): The model.
    path (Path): The file.
    RAISES (ValueError): If it is missing, damaged, or of another model.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ValueError(
            f"{path} is missing, and holds the weights of the pipeline. {REMEDY}"
        ) from error
    try:
        message = srsly.msgpack_loads(data)
    # The library raises what it likes at bytes that are none of its own.
    except Exception as error:
        raise ValueError(f"{path} is cut off or damaged ({error}). {REMEDY}") from error
    try:
        model.from_dict(message)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is damaged, or no model of this component. {REMEDY}") from error
