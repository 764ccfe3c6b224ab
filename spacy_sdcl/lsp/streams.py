"""Standard output belongs to the protocol: whatever else is printed goes to standard error."""

import os
import sys
from typing import BinaryIO


def protocol_output() -> BinaryIO:
    """Take standard output for the protocol alone.

    RETURNS (BinaryIO): What is written to it is read by the editor.
    """
    sys.stdout.flush()
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return output
