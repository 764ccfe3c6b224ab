"""Chinese spelling correction for spaCy by self-distillation contrastive learning (SDCL)."""

__version__ = "0.1.0"
