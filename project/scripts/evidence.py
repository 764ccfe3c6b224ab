"""Make evidence out of counts and lists of words."""

from spacy_sdcl.cli.project.evidence import app

if __name__ == "__main__":
    app()
