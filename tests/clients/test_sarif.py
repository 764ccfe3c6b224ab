"""Reports in SARIF against the schema of OASIS, as Microsoft's package jest-sarif has it."""

import json
import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def schema(folder):
    jsonschema = pytest.importorskip("jsonschema")
    found = list((folder / "node_modules/@microsoft/jest-sarif/lib/schemas").glob("sarif-2.1.0*"))
    if not found:
        pytest.skip("jest-sarif could not be installed with npm")
    schema = json.loads(found[0].read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)
    # What a URI is, the schema says as a format.
    return validator(schema, format_checker=validator.FORMAT_CHECKER)


@pytest.mark.parametrize(("text", "found"), [("我今天很高行。他门都来了。\n", 2), ("你好。\n", 0)])
def test_a_report_is_valid(schema, tmp_path, text, found):
    file = tmp_path / "一 封信%.txt"
    file.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "spacy", "sdcl", "correct", str(file), "--check"]
    run = subprocess.run([*command, "--format", "sarif"], capture_output=True)
    assert run.returncode == bool(found)
    log = json.loads(run.stdout)
    schema.validate(log)
    assert len(log["runs"][0]["results"]) == found
    log["runs"][0].pop("tool")
    assert not schema.is_valid(log)
