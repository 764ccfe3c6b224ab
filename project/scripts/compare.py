"""Print the last evaluation of pretraining runs as a table, best first: docs/ablations.md's rows."""

from spacy_sdcl.cli.project.compare import app

if __name__ == "__main__":
    app()
