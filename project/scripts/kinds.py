"""Count false alarms in correct texts of many kinds."""

from spacy_sdcl.cli.project.kinds import app

if __name__ == "__main__":
    app()
