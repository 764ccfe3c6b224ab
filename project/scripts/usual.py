"""Measure the correction of unusual Traditional forms on correct Traditional sentences."""

from spacy_sdcl.cli.project.usual import app

if __name__ == "__main__":
    app()
