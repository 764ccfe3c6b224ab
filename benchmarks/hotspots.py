"""Where the time of `nlp.pipe`, or of a training step, goes: torch's own profile of it on one thread, as a
Markdown table.
"""

import time
from collections.abc import Callable
from functools import partial

import torch
import typer
from spacy.language import Language
from texts import mixed
from torch.profiler import ProfilerActivity, profile
from training import SENTENCES, make_pairs, ours, trainable
from worker import make_pipeline

from spacy_sdcl.metrics.tables import markdown_table, percent
from spacy_sdcl.model.network import SDCLNetwork
from spacy_sdcl.types import Pair

# The rows are the operations of torch that take most.
ROWS = 6

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


def profile_rows(call: Callable[[], object]) -> list[list[str]]:
    """Profile a call, the second of two.

    call (Callable): The call.
    RETURNS (list[list[str]]): The operations that take most and the rest, with their shares of the time.
    """
    call()
    start = time.perf_counter()
    with profile(activities=[ProfilerActivity.CPU]) as found:
        call()
    total = 1e6 * (time.perf_counter() - start)
    events = sorted(found.key_averages(), key=lambda e: -e.self_cpu_time_total)
    rows = [[f"`{e.key}`", percent(e.self_cpu_time_total / total)] for e in events[:ROWS]]
    others = sum(e.self_cpu_time_total for e in events[ROWS:])
    rest = total - others - sum(e.self_cpu_time_total for e in events[:ROWS])
    rows.append(["other operations of torch", percent(others / total)])
    rows.append(["all else: tokenizer, windows, spans, profiling itself", percent(rest / total)])
    return rows


@app.command()
def hotspots(
    models: list[str] = typer.Argument(..., help="Directories, or names of embedded models"),
    sentences: int = typer.Option(96, help="Mixed sentences"),
    int8: bool = typer.Option(False, "--int8", help="With 8-bit integers"),
    training: bool = typer.Option(False, "--training", help="A training step, not reading"),
) -> None:
    """Profile each model."""
    torch.set_num_threads(1)
    texts = mixed(sentences)
    for model in models:
        if training:
            call = partial(step, trainable(model), make_pairs(texts[:SENTENCES]))
        else:
            nlp = make_pipeline(model, 0.7, "int8" if int8 else None)
            call = partial(read, nlp, texts)
        typer.echo(
            markdown_table([f"{model}: operation", "% of the time"], profile_rows(call)) + "\n"
        )


def read(nlp: Language, texts: list[str]) -> None:
    """Correct texts."""
    list(nlp.pipe(texts, batch_size=256))


def step(network: SDCLNetwork, pairs: list[Pair]) -> None:
    """Compute the losses of pairs, and their gradients."""
    network.zero_grad()
    ours(network, pairs).backward()


if __name__ == "__main__":
    app()
