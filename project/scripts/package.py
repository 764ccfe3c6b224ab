"""Make a wheel of a trained pipeline, without a network connection."""

from spacy_sdcl.cli.project.package import app

if __name__ == "__main__":
    app()
