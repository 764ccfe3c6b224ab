"""Pretrain an encoder from scratch: network.safetensors in RUN_DIR, its log and its curve."""

from spacy_sdcl.cli.project.pretrain import app

if __name__ == "__main__":
    app()
