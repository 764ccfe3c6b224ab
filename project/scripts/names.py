"""Count the sentences with names that a pipeline changes, in the name and outside of it."""

from spacy_sdcl.cli.project.names import app

if __name__ == "__main__":
    app()
