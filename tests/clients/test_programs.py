"""Client libraries and command-line programs, each with the address that docs/serving.md names."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from raw import server_log

TEXT = "😀我今天很高行，因为他门明天就回来了。"
CORRECT = "😀我今天很高兴，因为他们明天就回来了。"


def run(*command, **options):
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf8", timeout=120, **options
    )


@pytest.mark.parametrize("end", ["", "/"])
def test_language_tool_python(address, end):
    library = pytest.importorskip("language_tool_python")
    with library.LanguageTool("zh-CN", remote_server=address + end) as tool:
        assert tool.correct(TEXT) == CORRECT
    with library.LanguageTool("zh-TW", remote_server=address + end) as tool:
        assert tool.correct("他門都很高興。") == "他們都很高興。"


def installed(folder, package, program):
    """A program of a package that `make test-clients` has installed."""
    found = folder / package / ("Scripts" if sys.platform == "win32" else "bin") / program
    if not found.exists():
        pytest.skip(f"needs {package}, which could not be installed")
    return str(found)


def test_pylanguagetool(address, folder, tmp_path):
    program = installed(folder, "pyLanguagetool", "pylanguagetool")
    file = tmp_path / "text.txt"
    file.write_text(TEXT, encoding="utf8")
    for base, language in (("/v2/", "zh-CN"), ("//v2/", "zh-CN"), ("/v2/", "auto")):
        found = run(program, "-a", address + base, "-l", language, str(file))
        assert "应为“兴”" in found.stdout, found.stderr
        assert "应为“们”" in found.stdout


def test_mkdocs_languagetool_plugin(address, folder, tmp_path):
    program = installed(folder, "mkdocs-languagetool-plugin", "mkdocs")
    host, port = address.removeprefix("http://").split(":")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(f"# 日记\n\n{TEXT}\n", encoding="utf8")
    options = {"languagetool_host": host, "languagetool_port": int(port), "language": "zh-CN"}
    settings = {"site_name": "日记", "plugins": [{"languagetool": options}]}
    # Its format is YAML, of which JSON is a part.
    (tmp_path / "mkdocs.yml").write_text(json.dumps(settings), encoding="utf8")
    found = run(program, "build", cwd=tmp_path)
    output = found.stdout + found.stderr
    assert found.returncode == 0, output
    assert "not reachable" not in output
    assert output.count("SDCL_CORRECTION") == 2, output


def test_gramma(address, folder, tmp_path):
    program = folder / "node_modules" / ".bin" / "gramma"
    if not program.exists():
        pytest.skip("needs npm's gramma, which could not be installed")
    file = tmp_path / "text.txt"
    file.write_text("他门都是我的朋友。", encoding="utf8")
    settings = {"api_url": f"{address}/v2/check", "language": "zh-CN", "rules": {}}
    (tmp_path / ".gramma.json").write_text(json.dumps(settings))
    found = run(str(program), "check", "-p", "text.txt", cwd=tmp_path)
    assert "应为“们”" in found.stdout, found.stdout + found.stderr


@pytest.mark.skipif(shutil.which("java") is None, reason="needs java: apt-get install default-jdk")
@pytest.mark.parametrize("end", ["/", "//"])
def test_javas_http_client_as_ltex_uses_it(address, end):
    data = json.dumps({"annotation": [{"markup": "# "}, {"text": TEXT}]})
    with server_log() as log:
        found = run("java", str(Path(__file__).with_name("Ltex.java")), address + end, data)
    answers = found.stdout.splitlines()
    assert len(answers) == 3, found.stderr
    for answer in answers:
        status, _, body = answer.partition(" ")
        assert status == "200"
        assert [each["offset"] for each in json.loads(body)["matches"]] == [9, 14]
    assert log == []
