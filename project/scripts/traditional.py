"""Evaluate on Traditional test files beside the same ones in Simplified characters."""

from spacy_sdcl.cli.project.traditional import app

if __name__ == "__main__":
    app()
