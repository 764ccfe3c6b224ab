"""A Ray to work with: one that is running, or one of this machine's own. It sends nothing anywhere."""

import logging
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from ..extras import import_extra
from .tables import EXTRA

AUTO, LOCAL = "auto", "local"
RAY_ADDRESS = "RAY_ADDRESS"
# Seconds that a cluster may take to answer at all.
TIMEOUT = 10
# Workers get descriptions of blocks and give back counts, which is little.
OBJECT_STORE = 100_000_000
QUIET: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False}
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
    named = os.environ.get(RAY_ADDRESS) or address if address == AUTO else address
    if named not in (AUTO, LOCAL):
        # Ray would take what stands there for the address that it is given, too.
        os.environ[RAY_ADDRESS] = named
    try:
        if named != LOCAL:
            _check_answering(named)
            ray.init(address=named, **QUIET)
            return
    except (OSError, ValueError, RuntimeError) as error:
        if named != AUTO:
            raise ValueError(
                f"No Ray answers at {named}: start one there (ray start --head), or leave --address "
                f"and {RAY_ADDRESS} out for one of this machine's own."
            ) from error
    ray.init(
        address=LOCAL,
        num_cpus=workers or os.cpu_count(),
        include_dashboard=False,
        object_store_memory=OBJECT_STORE,
        **QUIET,
    )


def _check_answering(address: str) -> None:
    # Ray itself asks again and again for minutes.
    where = urlsplit(address if "://" in address else f"//{address}")
    if where.hostname and where.port:
        socket.create_connection((where.hostname, where.port), timeout=TIMEOUT).close()


def processors(ray: Any) -> int:
    """How many workers there is room for.

    ray (module): The package ray, connected.
    RETURNS (int): The processors of the cluster, at least 1.
    """
    return max(1, int(ray.cluster_resources().get("CPU", 1)))
