"""The curve of a pretraining run, from its log."""

import json
from pathlib import Path


def plot_curve(log: Path, picture: Path) -> None:
    """Draw the losses and the correction F1 over the characters read.

    log (Path): A run's log, one JSON object a line.
    picture (Path): The PNG to write.
    RAISES (ImportError): If matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError('The curve needs matplotlib: pip install "spacy_sdcl[train]".') from error
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    measured = [line for line in lines if "dev_loss" in line]
    figure = Figure(figsize=(7, 4), layout="constrained")
    losses = figure.add_subplot()
    millions = [line["characters"] / 1e6 for line in lines]
    losses.plot(millions, [line["loss"] for line in lines], color="0.7", label="training loss")
    millions = [line["characters"] / 1e6 for line in measured]
    losses.plot(
        millions,
        [line["dev_loss"] for line in measured],
        "o-",
        color="tab:blue",
        label="loss of wrong characters, held-out text",
    )
    losses.set_xscale("log")
    losses.set_xlabel("million characters")
    losses.set_ylabel("nats a character")
    scores = losses.twinx()
    scores.plot(
        millions,
        [line["dev_f"] for line in measured],
        "s--",
        color="tab:red",
        label="correction F1, held-out text (right)",
    )
    scores.set_ylim(0, 1)
    scores.set_ylabel("strict sentence-level F1")
    handles = losses.get_legend_handles_labels()[0] + scores.get_legend_handles_labels()[0]
    figure.legend(handles=handles, loc="outside upper center", ncols=3, fontsize=8)
    figure.savefig(picture, dpi=120)
