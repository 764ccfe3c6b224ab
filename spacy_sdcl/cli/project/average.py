"""Average the weights of pipelines that were trained from one encoder, each on another part of the pairs.

Trainings that begin alike end near one another: what has the mean of their weights is no slower than one
of them, and mostly better than each (Wortsman et al. 2022, arXiv 2203.05482). Of each, what it was not
trained on tells how it does on new texts.
"""

from pathlib import Path

import torch
import typer
from spacy.language import Language

from ...evaluation.figures import corrector_of
from ...evaluation.tuning import check_folder, save_pipeline
from ...loading import load_pipeline
from ...model.architecture import get_network
from ...model.network import SDCLNetwork
from ..options import reported_errors

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
@reported_errors()
def average(
    sources: list[Path] = typer.Argument(..., help="Trained pipelines"),
    output: Path = typer.Option(..., help="Where to save the first one with the mean weights"),
) -> None:
    """Save the first pipeline with the mean of the weights of all."""
    check_folder(output)
    pipelines = [load_pipeline(str(source)) for source in sources]
    average_weights([_network_of(nlp) for nlp in pipelines])
    save_pipeline(pipelines[0], output)
    typer.echo(f"Saved to {output}")


def average_weights(networks: list[SDCLNetwork]) -> None:
    """Give the first network the mean of the weights of all.

    networks (list[SDCLNetwork]): Networks of one shape and vocabulary.
    RAISES (ValueError): If they are not.
    """
    first, *others = networks
    shapes = [{name: part.shape for name, part in each.named_parameters()} for each in networks]
    if any(each.vocabulary.tokens != first.vocabulary.tokens for each in others) or any(
        each != shapes[0] for each in shapes
    ):
        raise ValueError("Weights can be averaged of networks of one shape and vocabulary only.")
    parts = [dict(each.named_parameters()) for each in networks]
    with torch.no_grad():
        for name, weight in first.named_parameters():
            weight.copy_(torch.stack([each[name] for each in parts]).mean(0))
    first.weights_changed()


def _network_of(nlp: Language) -> SDCLNetwork:
    network = get_network(corrector_of(nlp).model)
    if network is None:
        raise ValueError(f"The pipeline in {nlp.path} has no network.")
    return network
