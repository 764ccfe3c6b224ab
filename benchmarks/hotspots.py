"""Where the time of `nlp.pipe` goes: torch's own profile of it on one thread, as a Markdown table."""

import time

import torch
import typer
from texts import mixed
from torch.profiler import ProfilerActivity, profile
from worker import make_pipeline

from spacy_sdcl.metrics.tables import markdown_table, percent

# The rows are the operations of torch that take most.
ROWS = 6

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def hotspots(
    models: list[str] = typer.Argument(..., help="Directories, or names of embedded models"),
    sentences: int = typer.Option(96, help="Mixed sentences"),
    int8: bool = typer.Option(False, "--int8", help="With 8-bit integers"),
) -> None:
    """Profile each model."""
    torch.set_num_threads(1)
    texts = mixed(sentences)
    for model in models:
        nlp = make_pipeline(model, 0.7, "int8" if int8 else None)
        list(nlp.pipe(texts, batch_size=256))
        start = time.perf_counter()
        with profile(activities=[ProfilerActivity.CPU]) as found:
            list(nlp.pipe(texts, batch_size=256))
        total = 1e6 * (time.perf_counter() - start)
        events = sorted(found.key_averages(), key=lambda e: -e.self_cpu_time_total)
        rows = [[f"`{e.key}`", percent(e.self_cpu_time_total / total)] for e in events[:ROWS]]
        others = sum(e.self_cpu_time_total for e in events[ROWS:])
        rest = total - others - sum(e.self_cpu_time_total for e in events[:ROWS])
        rows.append(["other operations of torch", percent(others / total)])
        rows.append(
            ["all else: tokenizer, windows, spans, profiling itself", percent(rest / total)]
        )
        typer.echo(markdown_table([f"{model}: operation", "% of the time"], rows) + "\n")


if __name__ == "__main__":
    app()
