"""Count the correct sentences that a pipeline leaves alone, over all and by domain."""

from spacy_sdcl.cli.project.untouched import app

if __name__ == "__main__":
    app()
