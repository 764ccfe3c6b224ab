"""What each step from the naive loop to the component's reading gains, on the same network and texts.

Each step keeps the ones before it. All take turns; printed are, as a Markdown table, how many times as
fast each is as the naive loop and as the step before it (the median of the rounds, least to greatest).
"""

import json
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import torch
import typer
from macbert import make_macbert
from texts import SENTENCES, mixed
from worker import make_pipeline

from spacy_sdcl.metrics.tables import markdown_table
from spacy_sdcl.model import products
from spacy_sdcl.model.batches import TextBatch
from spacy_sdcl.model.encoding import Window, cut_windows, encode_windows, group_windows
from spacy_sdcl.model.network import SDCLNetwork
from spacy_sdcl.model.predictions import find_predictions, reader_of

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)


class Steps:
    """The steps, as methods that read all texts.

    network (SDCLNetwork): The network.
    texts (list[str]): Texts that are no longer than its window.
    characters (int): Padded characters in a batch.
    """

    def __init__(self, network: SDCLNetwork, texts: list[str], *, characters: int) -> None:
        self.network = network
        self.ids = [network.vocabulary.encode(text) for text in texts]
        self.windows = [
            window
            for number, text in enumerate(texts)
            for window in cut_windows(text, network.window, number=number)
        ]
        self.characters = characters

    def batches(self, groups: Iterable[list[Window]]) -> Iterable[TextBatch]:
        return (encode_windows(group, self.ids, self.network.vocabulary) for group in groups)

    def whole_vocabulary(self, groups: Iterable[list[Window]]) -> None:
        for batch in self.batches(groups):
            states = self.network.states(batch.input_ids, batch.attention_mask)
            self.network.logits(states).softmax(-1).max(-1)

    def one_by_one(self) -> None:
        self.whole_vocabulary([window] for window in self.windows)

    def in_batches(self) -> None:
        self.whole_vocabulary(self.windows[i : i + 32] for i in range(0, len(self.windows), 32))

    def sorted_by_length(self) -> None:
        self.whole_vocabulary(group_windows(self.windows, self.characters))

    def candidates_only(self) -> None:
        for batch in self.batches(group_windows(self.windows, self.characters)):
            states = self.network.states(batch.input_ids, batch.attention_mask)
            logits = self.network.decoder.weight[self.network.candidates]
            rows = self.network.transform(states[batch.is_wanted])
            torch.nn.functional.linear(rows, logits).argmax(-1)

    def read(self, quantization: str | None = None) -> None:
        for batch in self.batches(group_windows(self.windows, self.characters)):
            find_predictions(self.network, batch, quantization=quantization)

    def lay_out(self, *, packed: bool, quantization: str | None = None) -> None:
        products._has_packed = packed
        self.network.weights_changed()
        reader_of(self.network, quantization=quantization)


@app.command()
def steps(
    model: str = typer.Argument("", help="An embedded model's name; MacBERT's shape by default"),
    folder: Path = typer.Option(Path(".bench"), help="For the model of MacBERT's shape"),
    rounds: int = typer.Option(5, help="How often each step takes its turn"),
    sentences: int = typer.Option(96, help="Mixed sentences"),
    threads: int = typer.Option(2, help="Threads of torch"),
    output: Path | None = typer.Option(None, "--output", "-o", help="For the figures as JSON"),
) -> None:
    """Measure the steps."""
    torch.set_num_threads(threads)
    if not model:
        make_macbert(folder / "macbert", SENTENCES.read_text(encoding="utf-8"))
        model = str(folder / "macbert")
    corrector = make_pipeline(model, 0.7).get_pipe("sdcl_corrector").model
    network = corrector.shims[0]._model.eval()
    own = Steps(
        network, mixed(sentences), characters=corrector.attrs["prediction"].batch_characters
    )
    has_packed = products.has_packed_products()

    def nothing() -> None:
        """Modules need no laying out."""

    ways: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
        "one sentence at a time, all words scored everywhere": (own.one_by_one, nothing),
        "batches of 32 in the order of the texts": (own.in_batches, nothing),
        "sorted by length, batches by characters": (own.sorted_by_length, nothing),
        "candidates only, at Chinese characters only": (own.candidates_only, nothing),
        "laid out for reading, torch's own products": (
            own.read,
            lambda: own.lay_out(packed=False),
        ),
        "matrices packed for oneDNN": (own.read, lambda: own.lay_out(packed=has_packed)),
        "8-bit integers": (
            lambda: own.read("int8"),
            lambda: own.lay_out(packed=has_packed, quantization="int8"),
        ),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    with torch.no_grad():
        for round_ in range(rounds + 1):
            for name, (call, prepare) in ways.items():
                prepare()
                start = time.perf_counter()
                call()
                # The first round warms up.
                if round_:
                    times[name].append(time.perf_counter() - start)
    first = next(iter(times.values()))
    before, rows = first, []
    for name, own_times in times.items():
        rows.append([name, *(_spread(other, own_times) for other in (first, before))])
        before = own_times
    typer.echo(markdown_table(["step", "as fast as the loop", "as the step before"], rows))
    if output is not None:
        output.write_text(json.dumps(times, indent=2) + "\n", encoding="utf-8")


def _spread(others: list[float], own: list[float]) -> str:
    ratios = [other / mine for other, mine in zip(others, own, strict=True)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


if __name__ == "__main__":
    app()
