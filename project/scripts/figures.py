"""Put measured figures into the tables of READMEs and model cards."""

from spacy_sdcl.cli.project.figures import app

if __name__ == "__main__":
    app()
