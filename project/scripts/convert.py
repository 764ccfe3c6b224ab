"""Convert spelling correction data to JSONL and to spaCy's binary format."""

from spacy_sdcl.cli.project.convert import app

if __name__ == "__main__":
    app()
