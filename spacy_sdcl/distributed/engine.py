"""Ray Data hands blocks to a pool of actors, and gives those of a lost one to another."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .cluster import import_ray, processors, running_ray
from .work import NUMBER, RECORD, BlockWorker

# How often a block that its worker did not survive is begun anew.
RETRIES = 10
# Each is an object of its own in Ray's store.
MOST_GROUPS = 2_000


class RayHands:
    """Does blocks on Ray, which is started, or connected to, when there is something to do.

    address (str): As in `running_ray`.
    workers (int): Actors; None for one a processor of the cluster.
    RAISES (ImportError): If Ray is not installed.
    """

    def __init__(self, address: str, workers: int | None) -> None:
        import_ray()
        self.address = address
        self.workers = workers

    def __call__(
        self, worker: Callable[..., BlockWorker], options: dict[str, Any], numbers: Sequence[int]
    ) -> Iterator[tuple[int, str]]:
        """Do blocks.

        worker (Callable): As in `Hands`, and so are the others.
        options (dict): The worker's arguments.
        numbers (Sequence[int]): The blocks.
        YIELDS (tuple[int, str]): Each block's number with what was counted, as they are done.
        RAISES (ValueError): If no Ray answers, or workers were lost again and again.
        """
        with running_ray(self.address, self.workers) as ray:
            workers = min(self.workers or processors(ray), len(numbers))
            done = self._dataset(ray.data, workers, worker, options, numbers)
            try:
                for row in done.iter_rows():
                    yield row[NUMBER], row[RECORD]
            except ray.exceptions.RayError as error:
                raise ValueError(
                    f"Ray gave up: {_last_line(error)} Look at the memory and the logs of the nodes. "
                    "What is done so far is kept: repeat the command to go on."
                ) from error

    def _dataset(
        self,
        data: Any,
        workers: int,
        worker: Callable[..., BlockWorker],
        options: dict[str, Any],
        numbers: Sequence[int],
    ) -> Any:
        data.DataContext.get_current().enable_progress_bars = False
        # A block that waits for one worker could be done by another meanwhile.
        pool = data.ActorPoolStrategy(size=workers, max_tasks_in_flight_per_actor=1)
        items = [{NUMBER: number} for number in numbers]
        blocks = data.from_items(items, override_num_blocks=min(len(items), MOST_GROUPS))
        return blocks.map_batches(
            worker,
            fn_constructor_kwargs=options,
            batch_size=1,
            compute=pool,
            num_cpus=1,
            max_task_retries=RETRIES,
        )


def _last_line(error: BaseException) -> str:
    return next((line.strip() for line in reversed(str(error).splitlines()) if line.strip()), "")
