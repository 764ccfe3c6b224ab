"""Processes that are forked from one that has used several threads of torch.

Such a child has no threads but believes in them: its first product waits for ever. With one thread
it needs none, and workers share the processor's cores anyway.
"""

import os

import torch

_used_threads = False


def note_threads() -> None:
    """Remember that torch computes something now, with as many threads as it is set to."""
    global _used_threads
    _used_threads = _used_threads or torch.get_num_threads() > 1


def _use_one_thread() -> None:
    if _used_threads:
        torch.set_num_threads(1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_use_one_thread)
