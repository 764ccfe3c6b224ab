"""What goes wrong around a run of `correct`: full disks, inputs that change, odd names, broken models."""

import os
import subprocess
import sys

import pytest
import spacy
from tiny import make_tiny_network

from spacy_sdcl.files import job as job_module
from spacy_sdcl.files import run as run_module
from spacy_sdcl.model.storage import pack, unpack
from spacy_sdcl.model.weights import NETWORK_FILE, network_to_bytes

WRONG, RIGHT = "我今天很高行。", "我今天很高兴。"


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "in.txt"
    path.write_text(f"{WRONG}\n" * 200, encoding="utf-8")
    return path


@pytest.fixture
def small_disk():
    """As if the disk had room for files of some bytes only; the limit is of the whole process."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(size):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]) if size else before)

    yield limit
    limit(None)


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def one_line(result):
    [line] = result.stderr.splitlines()
    return line


class TestFullDisk:
    @pytest.mark.parametrize("output", ["out.txt", "new/folder/out.txt"])
    def test_one_line_says_so_and_nothing_is_left(
        self, run_sdcl, text, tmp_path, small_disk, output
    ):
        small_disk(1000)
        result = run_sdcl("correct", "in.txt", "-o", output, "--batch-size", "10")
        small_disk(None)
        assert result.exit_code == 2
        assert one_line(result).startswith(f"Error: {tmp_path / output}: ")
        assert one_line(result).endswith("Make room there, or write to another place.")
        assert names_in(tmp_path) == ["in.txt"]

    def test_it_goes_on_when_there_is_room(self, run_sdcl, text, tmp_path, small_disk, monkeypatch):
        monkeypatch.setattr("spacy_sdcl.files.partial.INTERVAL", 0.0)
        small_disk(2000)
        result = run_sdcl("correct", "in.txt", "-o", "out.txt", "--batch-size", "10")
        small_disk(None)
        assert result.exit_code == 2
        assert "Make room there" in one_line(result)
        assert "--resume" in one_line(result)
        assert names_in(tmp_path) == [".out.txt.partial", ".out.txt.state.json", "in.txt"]
        read = []
        real = job_module.read_lines
        monkeypatch.setattr(
            job_module,
            "read_lines",
            lambda *a, start, **k: read.append(start) or real(*a, start=start, **k),
        )
        assert run_sdcl("correct", "in.txt", "-o", "out.txt", "--resume").exit_code == 0
        assert 0 < read[0].line < 200
        assert (tmp_path / "out.txt").read_text("utf-8") == f"{RIGHT}\n" * 200
        assert names_in(tmp_path) == ["in.txt", "out.txt"]

    def test_other_commands_name_the_file_too(self, run_sdcl, tmp_path, small_disk):
        (tmp_path / "pairs.tsv").write_text(f"{WRONG}\t{RIGHT}\n", encoding="utf-8")
        small_disk(100)
        result = run_sdcl("evaluate", "pairs.tsv", "-o", "figures.json")
        small_disk(None)
        assert result.exit_code == 2
        assert result.stderr.splitlines()[-1].startswith("Error: figures.json: ")
        assert "Make room there" in result.stderr
        assert names_in(tmp_path) == ["pairs.tsv"]

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
    def test_a_full_device_is_one_line(self, run_sdcl, text):
        result = run_sdcl("correct", "in.txt", "-o", "/dev/full")
        assert result.exit_code == 2
        assert one_line(result).startswith("Error: /dev/full: No space left on device. Make room")

    @pytest.mark.slow
    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
    def test_a_full_standard_output_is_one_line(self, text, pipeline_dir):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "spacy", "sdcl", "correct", text, "--model", pipeline_dir],
                stdout=full,
                stderr=subprocess.PIPE,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
            )
        assert done.returncode == 2
        [line] = done.stderr.decode().splitlines()
        assert line.startswith("Error: standard output: No space left on device. Make room")


class TestInputThatChanges:
    @pytest.fixture
    def meanwhile(self, monkeypatch):
        """Do something when the first batch is corrected."""

        def arrange(act):
            real, done = run_module.count_line, []

            def count(each):
                if not done:
                    done.append(act())
                return real(each)

            monkeypatch.setattr(run_module, "count_line", count)

        return arrange

    @pytest.mark.parametrize("output", [["-o", "out.txt"], []])
    @pytest.mark.parametrize("act", ["append", "overwrite", "remove"])
    def test_the_code_is_2_and_the_file_is_named(
        self, run_sdcl, text, tmp_path, meanwhile, output, act, monkeypatch
    ):
        monkeypatch.setattr("spacy_sdcl.files.partial.INTERVAL", 0.0)
        other = tmp_path / "other.txt"
        other.write_text(f"{WRONG}\n", encoding="utf-8")
        content = text.read_bytes()

        def change():
            if act == "append":
                text.write_bytes(content + b"more\n")
            elif act == "overwrite":
                text.write_bytes(content)
                # The clock of some file systems is coarse.
                os.utime(text, (1, 1))
            else:
                text.unlink()

        meanwhile(change)
        result = run_sdcl("correct", "other.txt", "in.txt", *output, "--batch-size", "10")
        assert result.exit_code == 2
        assert one_line(result).startswith("Error: in.txt changed while it was read")
        assert not {name for name in names_in(tmp_path) if "out" in name}

    def test_a_file_that_is_only_looked_at_has_not_changed(self, run_sdcl, text, meanwhile):
        meanwhile(text.read_bytes)
        assert run_sdcl("correct", "in.txt", "-o", "in.txt").exit_code == 0
        assert text.read_text("utf-8") == f"{RIGHT}\n" * 200

    @pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="needs /proc")
    def test_what_is_made_when_it_is_read_does_not_count_as_changed(self, run_sdcl):
        assert run_sdcl("correct", "/proc/self/status").exit_code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
class TestNames:
    ODD = "a\n\x1b[31mred\x1b[0m.txt"
    SHOWN = "a\\n\\x1b[31mred\\x1b[0m.txt"

    def test_links_that_go_in_a_circle_are_an_error_and_stay(self, run_sdcl, text, tmp_path):
        (tmp_path / "one").symlink_to("two")
        (tmp_path / "two").symlink_to("one")
        for arguments in (["one"], ["in.txt", "-o", "one"], ["in.txt", "-o", "one/out.txt"]):
            result = run_sdcl("correct", *arguments)
            assert result.exit_code == 2
            assert "one" in one_line(result)
            assert one_line(result).endswith("Name the file itself.")
        assert names_in(tmp_path) == ["in.txt", "one", "two"]

    def test_names_that_are_too_long_are_an_error(self, run_sdcl, text, tmp_path):
        long = "字" * 86
        for arguments in ([long], ["in.txt", "-o", long], ["in.txt", "-o", f"new/{long}"]):
            result = run_sdcl("correct", *arguments)
            assert result.exit_code == 2
            assert one_line(result).endswith(f"{long}: File name too long. Give it a shorter name.")
        assert names_in(tmp_path) == ["in.txt"]

    def test_the_longest_names_work(self, run_sdcl, text, tmp_path):
        name = "字" * 85
        assert run_sdcl("correct", "in.txt", "-o", name).exit_code == 0
        assert (tmp_path / name).read_text("utf-8") == f"{RIGHT}\n" * 200
        assert names_in(tmp_path) == ["in.txt", name]

    def test_names_are_escaped_in_messages(self, run_sdcl, tmp_path):
        (tmp_path / self.ODD).write_bytes(WRONG.encode() + b"\n\xff\n")
        results = [
            run_sdcl("correct", self.ODD, "-o", "out.txt"),
            run_sdcl("correct", self.ODD, "-o", self.ODD),
            run_sdcl("correct", self.ODD, "--check"),
            run_sdcl("correct", "no" + self.ODD),
            run_sdcl("correct", self.ODD, "-o", f"{self.ODD}/out.txt"),
            run_sdcl("correct", self.ODD, "--model", "no" + self.ODD),
            run_sdcl("evaluate", "no" + self.ODD),
        ]
        assert [each.exit_code for each in results] == [0, 0, 2, 2, 2, 2, 2]
        for result in results:
            assert self.SHOWN in result.stderr
            assert "\x1b" not in result.output
            assert "a\n" not in result.output

    def test_a_place_is_one_line(self, run_sdcl, tmp_path):
        (tmp_path / self.ODD).write_text(WRONG, encoding="utf-8")
        result = run_sdcl("correct", self.ODD, "--check")
        [line] = result.stdout.splitlines()
        assert line.startswith(f"{self.SHOWN}:1:6: ")

    def test_a_folder_of_an_odd_name_is_none_to_write_to(self, run_sdcl, text, tmp_path):
        (tmp_path / self.ODD).mkdir()
        for arguments in ([self.ODD], ["in.txt", "-o", self.ODD]):
            result = run_sdcl("correct", *arguments)
            assert result.exit_code == 2
            assert one_line(result).startswith(f"Error: {self.SHOWN} is a folder")


class TestBrokenModels:
    @pytest.fixture
    def broken(self, pipeline_dir, tmp_path):
        """A copy of the pipeline whose network is another one."""

        def make(change):
            nlp = spacy.load(pipeline_dir)
            nlp.to_disk(tmp_path / "broken")
            path = tmp_path / "broken" / "sdcl_corrector" / "model"
            path.write_bytes(change(path.read_bytes()))
            return path

        return make

    @pytest.mark.parametrize(
        "change",
        [
            lambda data: data[:-100],
            lambda data: data[:50_000] + b"\xff\xff" + data[50_002:],
            lambda data: b"",
        ],
        ids=["truncated", "flipped", "empty"],
    )
    @pytest.mark.parametrize("command", ["correct", "explain", "info", "evaluate"])
    def test_every_command_says_which_file_and_what_to_do(
        self, run_sdcl, tmp_path, broken, change, command
    ):
        path = broken(change)
        (tmp_path / "pairs.tsv").write_text(f"{WRONG}\t{RIGHT}\n", encoding="utf-8")
        argument = {"correct": ["pairs.tsv"], "explain": [WRONG], "info": []}
        arguments = argument.get(command, ["pairs.tsv"])
        result = run_sdcl(command, *arguments, model=tmp_path / "broken")
        assert result.exit_code == 2
        assert one_line(result).startswith(f"Error: {path}")
        assert "once more" in one_line(result)
        assert result.stdout == ""

    @pytest.mark.parametrize("name", ["meta.json", "config.cfg", "sdcl_corrector/model"])
    def test_a_missing_file_is_named(self, run_sdcl, tmp_path, broken, name):
        broken(bytes)
        (tmp_path / "broken" / name).unlink()
        result = run_sdcl("correct", input=WRONG, model=tmp_path / "broken")
        assert result.exit_code == 2
        assert name in one_line(result)
        assert "Copy the pipeline once more" in one_line(result)

    def test_a_damaged_table_of_contents_is_named(self, run_sdcl, tmp_path, broken):
        broken(bytes)
        (tmp_path / "broken" / "meta.json").write_text("{", encoding="utf-8")
        result = run_sdcl("correct", input=WRONG, model=tmp_path / "broken")
        assert result.exit_code == 2
        assert "meta.json is damaged" in one_line(result)

    @pytest.mark.parametrize("name", ["vocab/strings.json", "tokenizer/cfg", "vocab/lookups.bin"])
    def test_what_spacy_cannot_read_is_one_line_too(self, run_sdcl, tmp_path, broken, name):
        broken(bytes)
        (tmp_path / "broken" / name).write_bytes(b"")
        result = run_sdcl("correct", input=WRONG, model=tmp_path / "broken")
        assert result.exit_code == 2
        assert one_line(result).startswith(f"Error: {tmp_path / 'broken'} cannot be loaded")

    def test_weights_that_are_none_do_not_pass_for_a_model_without_corrections(
        self, run_sdcl, tmp_path
    ):
        from typer.testing import CliRunner

        from spacy_sdcl.cli.project.embed import app
        from spacy_sdcl.model.description import NETWORK

        stored = unpack(NETWORK, network_to_bytes(make_tiny_network(trained=True)), "")
        for name, array in stored.arrays.items():
            stored.arrays[name] = array * float("nan")
        path = tmp_path / "network" / NETWORK_FILE
        path.parent.mkdir()
        path.write_bytes(pack(NETWORK, stored.values, stored.arrays))
        result = CliRunner().invoke(app, [str(path.parent), "--models-dir", str(tmp_path)])
        assert result.exit_code == 2
        assert one_line(result).startswith(f"Error: {path} holds ")
        assert "NaN" in one_line(result)
