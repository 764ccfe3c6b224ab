"""Runs that are killed, and how they go on."""

import json
import os
import shutil
import signal
import subprocess
import time

import pytest

from spacy_sdcl.files import job as job_module
from spacy_sdcl.files import run as run_module
from spacy_sdcl.files.partial import PartialFile

SENTENCES = ["我今天很高行。", "老师说得很对。", "他门明天去北京。", "这个苹果很好吃。", ""]
LINES = 4000


@pytest.fixture
def long_text(tmp_path):
    """A file of some thousand lines, each with its number."""
    path = tmp_path / "long.txt"
    with path.open("w", encoding="utf-8", newline="") as file:
        for i in range(LINES):
            file.write(f"{SENTENCES[i % len(SENTENCES)]}\t{i}\r\n")
        file.write("请问车占怎么走？")
    return path


@pytest.fixture
def start_sdcl(pipeline_dir, tmp_path, warm_path):
    """Start a command as a process of its own."""
    started = []

    def start(*arguments, **options):
        python = shutil.which("python", path=warm_path)
        command = [python, "-m", "spacy", "sdcl", *map(str, arguments)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        options = {"stderr": subprocess.PIPE, "stdout": subprocess.PIPE, **options}
        process = subprocess.Popen(
            [*command, "--model", pipeline_dir], cwd=tmp_path, env=environment, **options
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_for(path, process, seconds=120):
    end = time.monotonic() + seconds
    while not path.exists():
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.mark.slow
@pytest.mark.parametrize("format", ["text", "jsonl", "html"])
def test_a_killed_run_goes_on_without_losing_or_repeating_a_line(
    start_sdcl, run_sdcl, long_text, tmp_path, format
):
    options = ["long.txt", "--format", format, "--batch-size", "8"]
    assert run_sdcl("correct", *options, "-o", "whole").exit_code == 0
    state, partial = tmp_path / ".out.state.json", tmp_path / ".out.partial"
    process = start_sdcl("correct", *options, "-o", "out")
    wait_for(state, process)
    process.kill()
    process.wait()
    assert not (tmp_path / "out").exists()
    position = json.loads(state.read_text("utf-8"))["position"]
    assert 0 < position[1] < LINES
    # What was written after the last note is cut off.
    with partial.open("ab") as file:
        file.write(b"half a li")

    process = start_sdcl("correct", *options, "-o", "out", "--resume")
    _, messages = process.communicate(timeout=300)
    assert process.returncode == 0, messages
    assert (tmp_path / "out").read_bytes() == (tmp_path / "whole").read_bytes()
    # The counts go on too.
    assert f"out: lines: {LINES + 1}, " in messages.decode()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["long.txt", "out", "whole"]


@pytest.fixture
def broken_run(run_sdcl, long_text, tmp_path, monkeypatch):
    """A run that was interrupted after some batches; in this process, and so a fast one."""
    monkeypatch.setattr("spacy_sdcl.files.partial.INTERVAL", 0.0)
    real, seen = run_module.count_line, []

    def count(each):
        if not seen or len(seen) < 1000:
            seen.append(each)
            return real(each)
        raise KeyboardInterrupt

    monkeypatch.setattr(run_module, "count_line", count)
    result = run_sdcl("correct", "long.txt", "-o", "out.txt", "--batch-size", "100")
    assert result.exit_code == 130
    assert "--resume" in result.stderr
    assert (tmp_path / ".out.txt.partial").stat().st_size > 0
    assert not (tmp_path / "out.txt").exists()
    monkeypatch.setattr(run_module, "count_line", real)


@pytest.mark.usefixtures("broken_run")
class TestBrokenRun:
    def test_it_goes_on_from_where_it_was(self, run_sdcl, tmp_path, monkeypatch):
        read = []
        real = job_module.read_lines

        def read_lines(*arguments, **options):
            for line in real(*arguments, **options):
                read.append(line.number)
                yield line

        monkeypatch.setattr(job_module, "read_lines", read_lines)
        assert run_sdcl("correct", "long.txt", "-o", "out.txt", "--resume").exit_code == 0
        assert read == list(range(1001, LINES + 2))
        assert run_sdcl("correct", "long.txt", "-o", "whole.txt").exit_code == 0
        assert (tmp_path / "out.txt").read_bytes() == (tmp_path / "whole.txt").read_bytes()

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (["--threshold", "0.75"], "another model or setting of it"),
            (["--format", "jsonl"], "another format"),
            (["--encoding", "gb18030"], "another encoding"),
            (["long.txt"], "another input"),
            (["--type", "markdown"], "another kind of document"),
        ],
    )
    def test_other_settings_are_refused(self, run_sdcl, tmp_path, options, message):
        before = (tmp_path / ".out.txt.partial").read_bytes()
        result = run_sdcl("correct", "long.txt", "-o", "out.txt", "--resume", *options)
        assert result.exit_code == 2
        assert message in result.stderr
        assert "leave --resume out" in result.stderr
        assert (tmp_path / ".out.txt.partial").read_bytes() == before
        # And with the old ones it can still go on.
        assert run_sdcl("correct", "long.txt", "-o", "out.txt", "--resume").exit_code == 0

    def test_a_changed_input_is_refused(self, run_sdcl, long_text, tmp_path):
        text = long_text.read_bytes()
        long_text.write_bytes(text[:-3] + b"abc")
        result = run_sdcl("correct", "long.txt", "-o", "out.txt", "--resume")
        assert result.exit_code == 2
        assert "another input" in result.stderr
        assert not (tmp_path / "out.txt").exists()

    def test_a_damaged_note_is_refused(self, run_sdcl, tmp_path):
        (tmp_path / ".out.txt.state.json").write_text("{", encoding="utf-8")
        result = run_sdcl("correct", "long.txt", "-o", "out.txt", "--resume")
        assert result.exit_code == 2
        assert "is damaged" in result.stderr

    def test_without_resume_it_starts_again(self, run_sdcl, tmp_path):
        (tmp_path / "short.txt").write_text("我今天很高行。", encoding="utf-8")
        assert run_sdcl("correct", "short.txt", "-o", "out.txt").exit_code == 0
        assert (tmp_path / "out.txt").read_text(encoding="utf-8") == "我今天很高兴。"
        assert not list(tmp_path.glob(".out.txt*"))


WRAPPED = [
    "老师说得很对。",
    "我今天很高",
    "行。",
    "",
    "# sdcl-disable",
    "他门明天去北京。",
    "他",
    "门明天去北京。",
    "# sdcl-enable",
    "请问车占",
    "怎么走？",
    "- 这个苹果很好吃",
    "% sdcl-disable-next-line",
    "我今天很高行。",
]


@pytest.mark.parametrize("after", range(1, 80, 7))
@pytest.mark.parametrize("batch_size", [1, 5])
def test_what_is_read_together_does_not_depend_on_where_a_run_broke(
    run_sdcl, tmp_path, monkeypatch, after, batch_size
):
    (tmp_path / "in.txt").write_text("\r\n".join(WRAPPED * 6), encoding="utf-8", newline="")
    (tmp_path / "a.html").write_text("<p>我今天\n很高行。</p>\n" * 3, encoding="utf-8")
    inputs = ["in.txt", "a.html", "in.txt"]
    assert run_sdcl("correct", *inputs, "-o", "whole.txt").exit_code == 0
    monkeypatch.setattr("spacy_sdcl.files.partial.INTERVAL", 0.0)
    real, seen = run_module.count_line, []

    def count_line(each):
        seen.append(each)
        if len(seen) == after:
            raise KeyboardInterrupt
        return real(each)

    monkeypatch.setattr(run_module, "count_line", count_line)
    options = ["-o", "out.txt", "--batch-size", batch_size]
    assert run_sdcl("correct", *inputs, *options).exit_code == 130
    monkeypatch.setattr(run_module, "count_line", real)
    assert run_sdcl("correct", *inputs, *options, "--resume").exit_code == 0
    assert (tmp_path / "out.txt").read_bytes() == (tmp_path / "whole.txt").read_bytes()
    assert "很高\r\n兴" in (tmp_path / "whole.txt").read_bytes().decode()


@pytest.mark.parametrize("options", [[], ["--resume"]])
def test_two_runs_cannot_write_one_file(run_sdcl, tmp_path, options):
    pytest.importorskip("fcntl")
    (tmp_path / "in.txt").write_text("我今天很高行。", encoding="utf-8")
    other = PartialFile(tmp_path / "out.txt", None)
    other.open(resume=False)
    other.write(b"of the other")
    result = run_sdcl("correct", "in.txt", "-o", "out.txt", *options)
    assert result.exit_code == 2
    assert "Another run is writing" in result.stderr
    other.commit()
    assert (tmp_path / "out.txt").read_bytes() == b"of the other"
    assert run_sdcl("correct", "in.txt", "-o", "out.txt", *options).exit_code == 0
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == "我今天很高兴。"


def test_resume_starts_where_there_is_nothing_to_go_on_with(run_sdcl, tmp_path):
    (tmp_path / "in.txt").write_text("我今天很高行。", encoding="utf-8")
    assert run_sdcl("correct", "in.txt", "-o", "out.txt", "--resume").exit_code == 0
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == "我今天很高兴。"


def test_an_error_leaves_the_old_output_and_nothing_else(run_sdcl, tmp_path, monkeypatch):
    def fail(*arguments):
        raise OSError(28, "No space left on device", "out.txt")

    (tmp_path / "in.txt").write_text("我今天很高行。", encoding="utf-8")
    (tmp_path / "out.txt").write_text("old", encoding="utf-8")
    monkeypatch.setattr("spacy_sdcl.files.partial.PartialFile.write", fail)
    result = run_sdcl("correct", "in.txt", "-o", "out.txt")
    assert result.exit_code == 2
    assert "out.txt: No space left on device" in result.stderr
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.txt", "out.txt"]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGPIPE"), reason="needs pipes that break")
def test_a_reader_that_has_enough_ends_it_quietly(start_sdcl, long_text):
    process = start_sdcl("correct", "long.txt", "--format", "jsonl")
    assert json.loads(process.stdout.readline())["corrected"].startswith("我今天很高")
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=120) == 141


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="needs /dev/stdout")
def test_standard_output_by_its_name_is_written_to_and_not_replaced(start_sdcl, tmp_path):
    (tmp_path / "in.txt").write_text("我今天很高行。", encoding="utf-8")
    with (tmp_path / "out.txt").open("wb") as file:
        file.write(b"before ")
        file.flush()
        process = start_sdcl("correct", "in.txt", "-o", "/dev/stdout", stdout=file)
        assert process.wait(timeout=120) == 0
        os.write(file.fileno(), b" after")
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == "before 我今天很高兴。 after"


@pytest.mark.slow
def test_the_command_is_one_of_spacys(tmp_path, start_sdcl):
    process = start_sdcl("correct", "--help")
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "--resume" in output.decode()
