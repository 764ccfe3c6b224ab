"""Average the weights of pipelines that were trained from one encoder."""

from spacy_sdcl.cli.project.average import app

if __name__ == "__main__":
    app()
