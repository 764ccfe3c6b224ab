"""Measure on development text what the weight of likeness (the setting `similarity`) does."""

from spacy_sdcl.cli.project.similarity import app

if __name__ == "__main__":
    app()
