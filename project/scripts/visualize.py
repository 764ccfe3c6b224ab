"""Make an HTML page of corrected sentences: what was wrong struck out, the correction beside it."""

from spacy_sdcl.cli.project.visualize import app

if __name__ == "__main__":
    app()
