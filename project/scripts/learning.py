"""Measure what learning of a domain brings."""

from spacy_sdcl.cli.project.learning import app

if __name__ == "__main__":
    app()
