"""A Ray to work with: one that is running, or one of this machine's own. It sends nothing anywhere."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..extras import import_extra
from .tables import EXTRA

AUTO, LOCAL = "auto", "local"
# Workers get descriptions of blocks and give back counts, which is little.
OBJECT_STORE = 100_000_000
# Ray asks these before it starts: no report of its use, no messages of its insides on the terminal.
ENVIRONMENT = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_BACKEND_LOG_LEVEL": "fatal"}


def import_ray() -> Any:
    """The package ray, told to be quiet.

    RETURNS (module): The package, with `ray.data`.
    RAISES (ImportError): If it is not installed.
    """
    os.environ.update(ENVIRONMENT)
    ray = import_extra("ray", EXTRA)
    import_extra("ray.data", EXTRA)
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.ERROR)
    return ray


@contextmanager
def running_ray(address: str, workers: int | None) -> Iterator[Any]:
    """Be connected to Ray, and let go of it afterwards.

    address (str): "auto" for one that is running, as Ray finds it (RAY_ADDRESS, or this machine's), and,
        where there is none, one of this machine's own; "local" for that; else where one is running.
    workers (int): Processes that a Ray of this machine's own has room for; None for one a core.
    YIELDS (module): The package ray.
    RAISES (ImportError): If it is not installed.
    RAISES (ValueError): If nothing is running at the address.
    """
    ray = import_ray()
    if ray.is_initialized():
        yield ray
        return
    _connect(ray, address, workers)
    try:
        yield ray
    finally:
        ray.shutdown()


def _connect(ray: Any, address: str, workers: int | None) -> None:
    with _silenced():
        _initialise(ray, address, workers)


@contextmanager
def _silenced() -> Iterator[None]:
    # Ray's core says there what its log level is, past Python. What goes wrong is raised.
    sys.stderr.flush()
    kept = os.dup(2)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


def _initialise(ray: Any, address: str, workers: int | None) -> None:
    quiet = {"logging_level": logging.ERROR, "log_to_driver": False}
    if address != LOCAL:
        try:
            ray.init(address=address, **quiet)
            return
        except (ConnectionError, ValueError) as error:
            if address != AUTO or "RAY_ADDRESS" in os.environ:
                where = os.environ.get("RAY_ADDRESS", address) if address == AUTO else address
                raise ValueError(
                    f"No Ray answers at {where}: start one there (ray start --head), or leave "
                    "--address out for one of this machine's own."
                ) from error
    ray.init(
        address=LOCAL,
        num_cpus=workers or os.cpu_count(),
        include_dashboard=False,
        object_store_memory=OBJECT_STORE,
        **quiet,
    )


def processors(ray: Any) -> int:
    """How many workers there is room for.

    ray (module): The package ray, connected.
    RETURNS (int): The processors of the cluster, at least 1.
    """
    return max(1, int(ray.cluster_resources().get("CPU", 1)))
