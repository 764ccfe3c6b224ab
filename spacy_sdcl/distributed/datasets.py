"""A Ray Dataset in, one out: an actor for each worker, which loads its pipeline once."""

from collections.abc import Iterator
from typing import Any

from ..extras import import_extra
from .rows import CHARACTERS, batches, correct_values
from .tables import EXTRA, add_columns, check_columns


def correct(
    dataset: Any,
    *,
    column: str = "text",
    model: str = "zh_sdcl_sm",
    threshold: float | str | None = None,
    variant: str | None = None,
    workers: int | None = None,
    characters: int = CHARACTERS,
    **options: Any,
) -> Any:
    """Correct a column of a Ray Dataset.

    What a worker that is lost was doing is done again by another one, a block at a time:
    `dataset.repartition(target_num_rows_per_block=…)` makes smaller ones.

    dataset (ray.data.Dataset): The texts, with anything else.
    column (str): The column of texts. A text that is missing stays missing.
    model (str): As in `load_pipeline`; each node must have it.
    threshold (float / str): As in `load_pipeline`.
    variant (str): As in `load_pipeline`.
    workers (int): Actors; None for as many as the cluster has room for, beside what makes `dataset`.
    characters (int): Of a batch, at most, unless one text is longer.
    options (Any): More for `Dataset.map_batches`, such as `num_cpus`, which is 1.
    RETURNS (ray.data.Dataset): The same rows with the columns `corrected`, `corrections` (a list of
        structs, as in `doc._.corrections`) and `error`, which says why a text was left as it was.
    RAISES (ImportError): If Ray is not installed.
    RAISES (ValueError): If there is no such pipeline.
    """
    from ..loading import load_pipeline

    data = import_extra("ray.data", EXTRA)
    settings = {"model": model, "threshold": threshold, "variant": variant}
    # What is wrong with them is said here, and not by each actor.
    load_pipeline(model, threshold=threshold, variant=variant)
    if workers is None:
        pool = data.ActorPoolStrategy(min_size=1)
    else:
        pool = data.ActorPoolStrategy(size=workers)
    return dataset.map_batches(
        TableCorrector,
        fn_constructor_kwargs={"column": column, "characters": characters, **settings},
        batch_size=None,
        batch_format="pyarrow",
        compute=pool,
        **{"num_cpus": 1, **options},
    )


class TableCorrector:
    """Corrects tables in a process of its own.

    column (str): The column of texts.
    characters (int): Of a batch, at most.
    settings (Any): As `load_pipeline` takes them.
    """

    def __init__(self, *, column: str, characters: int, model: str, **settings: Any) -> None:
        from ..loading import load_pipeline

        self.column = column
        self.characters = characters
        self.nlp = load_pipeline(model, **settings)

    def __call__(self, table: Any) -> Iterator[Any]:
        """Correct a table.

        table (pyarrow.Table): The table.
        YIELDS (pyarrow.Table): Its rows in order, some at a time.
        RAISES (ValueError): If it has no such column.
        """
        remedy = "name one with column=…"
        check_columns(table.column_names, self.column, where="The dataset", remedy=remedy)
        if not table.num_rows:
            yield add_columns(table, [])
        values = table.column(self.column).to_pylist()
        start = 0
        for batch in batches(values, self.characters):
            part = table.slice(start, len(batch))
            yield add_columns(part, correct_values(self.nlp, batch, characters=self.characters))
            start += len(batch)
