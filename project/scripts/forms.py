"""Make the tables of Traditional writing that come with the package."""

from spacy_sdcl.cli.project.forms import app

if __name__ == "__main__":
    app()
