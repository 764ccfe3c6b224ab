"""The examples of docs/serving.md do what is written there."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

DOCS = (Path(__file__).parents[2] / "docs" / "serving.md").read_text(encoding="utf8")
DOCUMENTED = "http://127.0.0.1:8000"
EXAMPLES = [
    tuple(example.split("\n", 1))
    for block in re.findall(r"```console\n(.*?)```", DOCS, flags=re.DOTALL)
    for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
]


def assert_has(actual, documented):
    """All that is documented is there; an example may leave fields out."""
    if isinstance(documented, dict):
        for name, value in documented.items():
            assert_has(actual[name], value)
    elif isinstance(documented, list):
        assert len(actual) == len(documented)
        for one, other in zip(actual, documented, strict=True):
            assert_has(one, other)
    elif isinstance(documented, float):
        assert actual == pytest.approx(documented, abs=2e-3)
    else:
        assert actual == documented


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize(("command", "output"), EXAMPLES)
def test_a_curl_example_prints_what_is_documented(address, command, output):
    assert DOCUMENTED in command
    command = command.replace(DOCUMENTED, address)
    run = subprocess.run(["bash", "-c", command], capture_output=True, check=True, timeout=60)
    assert_has(json.loads(run.stdout), json.loads(output))


def test_there_are_examples_of_both_apis():
    assert len(EXAMPLES) == 5


PYTHON = re.findall(r"```python\n(.*?)```", DOCS, flags=re.DOTALL)


@pytest.mark.parametrize("code", PYTHON, ids=["documents", "language-tool-python"])
def test_an_example_in_python_prints_what_is_documented(address, capsys, code):
    exec(code.replace(DOCUMENTED, address), {})
    assert capsys.readouterr().out.strip() == code.split("# ")[-1].strip()
