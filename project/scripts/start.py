"""Lay out what the SDCL training starts from."""

from spacy_sdcl.cli.project.start import app

if __name__ == "__main__":
    app()
