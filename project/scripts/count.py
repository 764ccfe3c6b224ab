"""Count the n-grams of text."""

from spacy_sdcl.cli.project.count import app

if __name__ == "__main__":
    app()
