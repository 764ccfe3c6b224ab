"""The reader of documents, where a package is not installed."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))
sys.modules["markdown_it"] = None  # type: ignore[assignment]

from spacy_sdcl.server.opened import main  # noqa: E402

main()
