"""Fit the judge of evidence."""

from spacy_sdcl.cli.project.judge import app

if __name__ == "__main__":
    app()
