"""Packages that only some uses need."""

import importlib
from typing import Any


def import_extra(module: str, extra: str) -> Any:
    """Import a package that comes with one of the extras.

    module (str): The package.
    extra (str): The extra of spacy_sdcl that installs it.
    RETURNS (module): The package.
    RAISES (ImportError): If it is not installed; the message says how to get it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(
            f'This needs the package {module}: pip install "spacy_sdcl[{extra}]"'
        ) from error
