"""Corpora beyond one machine, on Ray Data: `correct` and `count` for a Dataset, and the runs behind
`spacy sdcl correct-dataset`.

Ray itself is the extra `[ray]`, and is imported only where it is used.
"""

from .counting import count
from .datasets import correct

__all__ = ["correct", "count"]
