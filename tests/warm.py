"""Commands of a shell in forks of one process that has imported spaCy and torch: of most commands' time, importing
them is the greater part.

Run as a program, it is what stands for `python` in the shell: `warm.py SOCKET ARGUMENTS`. It must import little.
"""

import json
import os
import socket
import sys

# Of what a program is told: arguments, folder, environment.
MOST_BYTES = 1 << 17


def ask(address):
    """Have a command run, with this process's streams, and end as it does; where this is killed, so is that."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.connect(address)
        told = [sys.argv[2:], os.getcwd(), dict(os.environ)]
        socket.send_fds(connection, [json.dumps(told).encode()], [0, 1, 2])
        sys.exit(int(connection.recv(16)))


def serve(address):
    """Run what is asked for, each in a fork, until this process is killed."""
    import contextlib
    import gc
    import runpy
    import select
    import signal

    import spacy.cli
    import torch

    import spacy_sdcl.cli
    import spacy_sdcl.corrector
    import spacy_sdcl.model.architecture  # noqa: F401

    # Finds the entry points of all packages, and imports them.
    spacy.blank("zh")

    # Children of a process with several threads of torch hang.
    torch.set_num_threads(1)
    # Else every collection in a child writes to, and so copies, all that was imported.
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(address)
    listener.listen()
    while True:
        connection, _ = listener.accept()
        if os.fork():
            connection.close()
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        told, streams, *_ = socket.recv_fds(connection, MOST_BYTES, 3)
        if child := os.fork():
            for stream in streams:
                os.close(stream)
            ended = os.pidfd_open(child)
            # A connection with something to read is one that was closed.
            if ended not in select.select([ended, connection], [], [])[0]:
                os.kill(child, signal.SIGKILL)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            with contextlib.suppress(BrokenPipeError):
                connection.send(str(code if code >= 0 else 128 - code).encode())
            os._exit(0)
        listener.close()
        connection.close()
        arguments, folder, environment = json.loads(told)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        # As `python -m spacy` has it.
        sys.argv = arguments[1:]
        sys.path[0] = folder
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        sys.exit()


if __name__ == "__main__":
    ask(sys.argv[1])
