"""Ask pairs how much likelier people are to write a common character by mistake than a rare one.

For each single-character error whose characters sound alike: how likely is what was written, among
all characters of that sound, if they are drawn by their frequency to a power? The likeliest power is
the noise's default.
"""

from pathlib import Path

import numpy as np
import typer

from ...data.formats import read_pairs
from ...language.confusions import Confusions
from ...language.sources import build_confusions
from ...types import Pair

POWERS = (0.0, 0.25, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25)

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def fit_noise(pairs: Path = typer.Argument(..., help="Pairs to train on, not to test on")) -> None:
    """Print the mean log-likelihood of the errors at each power."""
    found = list(read_pairs(pairs))
    characters = sorted({char for pair in found for char in pair.source + pair.target})
    typer.echo("power  log-likelihood  errors")
    for power in POWERS:
        likelihoods = log_likelihoods(found, build_confusions(characters, power=power))
        typer.echo(f"{power:5.2f}  {np.mean(likelihoods):14.4f}  {len(likelihoods):6}")


def log_likelihoods(pairs: list[Pair], confusions: Confusions) -> list[float]:
    """Score the homophone errors of pairs.

    pairs (List[Pair]): The pairs.
    confusions (Confusions): Whose homophones are drawn by their weights.
    RETURNS (List[float]): The logarithm of the probability of each error, in nats.
    """
    ids, table = confusions.char_index, confusions.homophone
    found = []
    for pair in pairs:
        for source, target in zip(pair.source, pair.target, strict=True):
            if source == target or source not in ids or target not in ids:
                continue
            row = slice(*table.indptr[ids[target] : ids[target] + 2])
            hit = table.indices[row] == ids[source]
            if hit.any():
                weights = table.weights[row]
                found.append(float(np.log(weights[hit][0] / weights.sum())))
    return found
