"""Chinese spelling correction for spaCy by self-distillation contrastive learning (SDCL)."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .annotations.rendering import render

__version__ = "0.1.0"
__all__ = ["__version__", "render"]


def __getattr__(name: str) -> Any:
    # Every spacy.load imports the package, and few look at what it did.
    if name == "render":
        from .annotations.rendering import render

        return render
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
