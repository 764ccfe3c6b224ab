"""Make what pretraining reads out of a corpus of correct text, and cut off text for later steps."""

from spacy_sdcl.cli.project.shards import app

if __name__ == "__main__":
    app()
