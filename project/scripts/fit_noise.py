"""Ask pairs how much likelier people are to write a common character by mistake than a rare one."""

from spacy_sdcl.cli.project.fit_noise import app

if __name__ == "__main__":
    app()
