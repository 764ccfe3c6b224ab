"""Put a trained network into the package, as the embedded model of a name."""

from spacy_sdcl.cli.project.embed import app

if __name__ == "__main__":
    app()
