"""Evaluate on the project's test sets: `spacy sdcl evaluate` with the project's defaults."""

from spacy_sdcl.cli.project.evaluate import app

if __name__ == "__main__":
    app()
