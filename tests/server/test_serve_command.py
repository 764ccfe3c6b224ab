"""`python -m spacy sdcl serve`."""

import gc
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from threading import Event
from typing import Any
from urllib.parse import quote

import pytest
from raw import connected, post, read_all
from typer.testing import CliRunner

from spacy_sdcl.cli import sdcl

# The package's attribute of this name is the function.
serve_module = sys.modules["spacy_sdcl.cli.serve"]


def invoke(*arguments):
    result = CliRunner().invoke(sdcl, ["serve", *arguments])
    return result.exit_code, " ".join(result.output.split())


@pytest.fixture
def served(monkeypatch):
    """What would have been served, instead of serving it."""
    found: dict[str, Any] = {}

    def run(app, listener):
        found.update(app=app, address=listener.getsockname())
        listener.close()

    monkeypatch.setattr(serve_module, "run", run)
    return found


def test_the_command_serves_the_page_and_says_nothing_of_what_it_reads():
    command = [sys.executable, "-m", "spacy", "sdcl", "serve", "--port", "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf8"
    )
    try:
        assert process.stdout is not None
        [address] = re.findall(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        with urllib.request.urlopen(address) as response:
            assert b"<textarea" in response.read()
        query = f"{address}/v2/check?language=zh&text={quote('我的秘密今天很高行。')}"
        with urllib.request.urlopen(query) as response:
            assert '"兴"' in response.read().decode("utf8")
    finally:
        process.terminate()
        output, _ = process.communicate(timeout=30)
    assert output == ""


def test_no_part_of_an_answer_waits_for_the_one_before_to_be_acknowledged():
    with serve_module.listen("127.0.0.1", 0) as listener:
        address = listener.getsockname()
        with socket.create_connection(address), listener.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_the_model_is_not_looked_through_for_garbage_while_answers_wait(monkeypatch):
    frozen = []

    class Server:
        def run(self, sockets):
            frozen.append(gc.get_freeze_count())

    monkeypatch.setattr("spacy_sdcl.server.serving.make_server", lambda app: Server())
    before = gc.get_freeze_count()
    try:
        serve_module.run(object(), object())
    finally:
        gc.unfreeze()
    assert frozen[0] > before + 10_000


@pytest.mark.parametrize("signal_name", ["SIGTERM", "SIGINT"])
def test_it_ends_within_seconds_whatever_is_under_way(signal_name):
    command = [sys.executable, "-m", "spacy", "sdcl", "serve", "--port", "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf8"
    )
    try:
        assert process.stdout is not None
        [address] = re.findall(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        form = f"language=zh&text={quote('这是很长的一句话。' * 11_000)}".encode()
        with connected(address) as long, connected(address) as half, connected(address) as idle:
            long.sendall(post("/v2/check", form))
            half.sendall(post("/v2/check", form)[:-10])
            idle.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert idle.recv(65536).startswith(b"HTTP/1.1 200")
            process.send_signal(getattr(signal, signal_name))
            began = time.monotonic()
            answers = [read_all(long), read_all(half)]
            assert time.monotonic() - began < 5
            output, _ = process.communicate(timeout=30)
        # After Ctrl+C, Python takes its time to clear up.
        assert time.monotonic() - began < 5 or signal_name == "SIGINT"
    finally:
        process.kill()
    assert answers[0].startswith((b"HTTP/1.1 200", b"HTTP/1.1 503"))
    assert answers[1].startswith(b"HTTP/1.1 503")
    assert b"Retry-After" in answers[1] or b"retry-after" in answers[1]
    assert process.returncode in (0, -signal.SIGTERM)
    assert output == ""


def test_it_listens_to_this_machine_alone_unless_told_otherwise(served):
    code, output = invoke("--port", "0")
    assert code == 0
    assert served["address"][0] == "127.0.0.1"
    assert f"http://127.0.0.1:{served['address'][1]}" in output
    assert "network" not in output


def test_another_host_is_served_with_a_warning(served):
    code, output = invoke("--port", "0", "--host", "0.0.0.0")
    assert code == 0
    assert served["address"][0] == "0.0.0.0"
    assert "Anyone who reaches 0.0.0.0 over the network can send texts" in output


def test_what_users_may_teach_it_goes_to_a_folder_that_is_served_again(served, tmp_path):
    folder = tmp_path / "learned"
    code, output = invoke("--port", "0", "--threshold", "0.5", "--learn", str(folder))
    assert code == 0
    assert "Serves" not in output
    learner = served["app"].state.gate.learner
    learner.submit(
        lambda: learner.corrector.learn(["榕嵊古镇的门票很便宜。\n"] * 3), Event()
    ).result(60)
    code, output = invoke("--port", "0", "--host", "0.0.0.0", "--learn", str(folder))
    assert code == 0
    assert f"Serves the pipeline in {folder}" in output
    assert "can also teach this server" in output
    corrector = served["app"].state.gate.checker.corrector
    assert corrector.loaded_evidence.learned.characters > 0


def test_a_port_in_use_is_named_with_a_way_out():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, output = invoke("--port", str(port))
    assert code == 2
    assert f"Cannot listen on port {port} of 127.0.0.1, it is in use" in output
    assert "--port 0" in output


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--host", "203.0.113.7"], "address of this machine with --host"),
        (["--threshold", "bold"], "one of careful, recall"),
        (["--threshold", "1.5"], "within 0 and 1"),
        (["--model", "no_such_model"], "zh_sdcl_sm"),
        (["--max-characters", "0"], "max_characters must be at least 1"),
        (["--rate", "0"], "rate must be at least 1"),
        (["--max-waiting", "0"], "max_waiting must be at least 1"),
        (["--learn", __file__], "is there already and no pipeline"),
    ],
)
def test_a_bad_setting_ends_as_in_the_other_commands(served, arguments, named):
    code, output = invoke("--port", "0", *arguments)
    assert code == 2
    assert output.startswith("Error: ")
    assert named in output
    assert served == {}


def test_a_missing_package_is_named_with_the_extra(served, monkeypatch):
    monkeypatch.setitem(sys.modules, "fastapi", None)
    code, output = invoke("--port", "0")
    assert code == 2
    assert 'pip install "spacy_sdcl[serve]"' in output


def test_the_other_commands_of_spacy_do_not_load_the_server():
    code = (
        "import sys, spacy.cli; from spacy.cli._util import registry; registry.cli.get_all();"
        "assert 'spacy_sdcl.cli' in sys.modules;"
        "assert not {'fastapi', 'uvicorn', 'spacy_sdcl.server.app'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
