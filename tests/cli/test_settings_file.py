"""Settings in a file beside the text or above it."""

import re
from pathlib import Path

import pytest
import spacy

WRONG, RIGHT = "我今天很高行。", "我今天很高兴。"


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    return write


@pytest.fixture(autouse=True)
def repository(tmp_path):
    """The search ends here."""
    (tmp_path / ".git").mkdir()


def corrects(run_sdcl, *arguments, **options):
    result = run_sdcl("correct", *arguments, **options)
    assert result.exit_code == 0, result.stderr
    return result.stdout == RIGHT


OFF = {".sdcl.toml": "threshold = 1.0\n", "pyproject.toml": "[tool.sdcl]\nthreshold = 1.0\n"}


class TestWhere:
    @pytest.mark.parametrize("name", OFF)
    @pytest.mark.parametrize("folder", ["", "d/", "d/e/"])
    def test_beside_the_text_or_above_it(self, run_sdcl, write, name, folder):
        write("d/e/a.txt", WRONG)
        assert corrects(run_sdcl, "d/e/a.txt")
        write(f"{folder}{name}", OFF[name])
        assert not corrects(run_sdcl, "d/e/a.txt")
        assert corrects(run_sdcl, "d/e/a.txt", "--no-config")

    def test_of_standard_input_in_the_working_folder(self, run_sdcl, write):
        write(".sdcl.toml", OFF[".sdcl.toml"])
        assert not corrects(run_sdcl, input=WRONG)

    def test_the_nearest_one_counts_and_of_two_in_a_folder_the_own_one(self, run_sdcl, write):
        write("d/a.txt", WRONG)
        write(".sdcl.toml", OFF[".sdcl.toml"])
        write("d/pyproject.toml", "[tool.sdcl]\nthreshold = 0.5\n")
        assert corrects(run_sdcl, "d/a.txt")
        write("d/.sdcl.toml", OFF[".sdcl.toml"])
        assert not corrects(run_sdcl, "d/a.txt")

    def test_a_pyproject_of_others_is_passed_over(self, run_sdcl, write):
        write("d/a.txt", WRONG)
        write(".sdcl.toml", OFF[".sdcl.toml"])
        write("d/pyproject.toml", "[tool.other]\nthreshold = 2\n")
        assert not corrects(run_sdcl, "d/a.txt")

    def test_of_several_inputs_in_the_folder_that_they_share(self, run_sdcl, write):
        write("d/a.txt", WRONG)
        write("e/b.txt", "")
        write("d/.sdcl.toml", OFF[".sdcl.toml"])
        assert not corrects(run_sdcl, "d/a.txt")
        assert corrects(run_sdcl, "d/a.txt", "e/b.txt")

    def test_not_above_the_repository(self, run_sdcl, write, tmp_path):
        write("d/a.txt", WRONG)
        write(".sdcl.toml", OFF[".sdcl.toml"])
        (tmp_path / "d/.git").mkdir()
        assert corrects(run_sdcl, "d/a.txt")

    def test_one_can_be_named(self, run_sdcl, write):
        write("a.txt", WRONG)
        write("other/strict.toml", OFF[".sdcl.toml"])
        assert not corrects(run_sdcl, "a.txt", "--config", "other/strict.toml")


class TestWhat:
    def test_options_of_the_command_count_more(self, run_sdcl, write):
        write("a.txt", WRONG)
        write(".sdcl.toml", "threshold = 1.0\nmodel = 'none'\nencoding = 'big5'\n")
        result = run_sdcl("correct", "a.txt", "--threshold", "0.5", "--encoding", "utf-8")
        assert result.stdout == RIGHT

    def test_the_model(self, run_sdcl, write, pipeline_dir):
        from typer.testing import CliRunner

        from spacy_sdcl.cli import sdcl

        write("d/a.txt", WRONG)
        write(".sdcl.toml", "model = 'none'\n")
        result = CliRunner().invoke(sdcl, ["correct", "d/a.txt"])
        assert result.exit_code == 2
        assert "No pipeline 'none'" in result.stderr
        # A folder counts from that of the settings.
        spacy.load(pipeline_dir).to_disk("own")
        write(".sdcl.toml", "model = 'own'\n")
        assert CliRunner().invoke(sdcl, ["correct", "d/a.txt"]).stdout == RIGHT

    @pytest.mark.parametrize(
        "text",
        [
            "protect = ['很高行']",
            "protect.phrases = ['高行']",
            "[protect]\nfile = 'words/own.txt'",
            "[protect]\npatterns = ['高.']",
        ],
    )
    def test_what_is_protected(self, run_sdcl, write, text):
        write("d/a.txt", WRONG)
        write("words/own.txt", "高行\n")
        write(".sdcl.toml", text)
        assert not corrects(run_sdcl, "d/a.txt")

    def test_what_the_pipeline_protects_stays_protected(self, write, pipeline_dir, tmp_path):
        from spacy_sdcl.files.settings import FileSettings

        nlp = spacy.load(pipeline_dir)
        corrector = nlp.get_pipe("sdcl_corrector")
        corrector.protect = {"phrases": ["甲"], "identifiers": False}
        write(".sdcl.toml", "protect = ['乙']")
        FileSettings.load(tmp_path / ".sdcl.toml").apply(nlp)
        assert corrector.protect["phrases"] == ("甲", "乙")
        assert corrector.protect["identifiers"] is False

    def test_what_is_excluded(self, run_sdcl, write):
        write("d/a.txt", WRONG)
        write("d/draft/b.txt", WRONG)
        write(".sdcl.toml", "exclude = ['/d/draft/']")
        result = run_sdcl("correct", "d", "--check")
        assert [line.split(":")[0] for line in result.stdout.splitlines()] == ["d/a.txt"]
        # A hook names each file.
        result = run_sdcl("correct", "d/draft/b.txt", "d/a.txt", "--check")
        assert [line.split(":")[0] for line in result.stdout.splitlines()] == ["d/a.txt"]
        assert "d/draft/b.txt is excluded by" in result.stderr

    def test_columns_and_patterns(self, run_sdcl, write):
        write("d/a.csv", f"甲,乙\n{WRONG},{WRONG}\n")
        write("d/a.txt", WRONG)
        write(".sdcl.toml", "columns = ['乙']\nglob = ['*.csv']\n")
        result = run_sdcl("correct", "d", "--check")
        assert [line.split(":")[:3] for line in result.stdout.splitlines()] == [
            ["d/a.csv", "2", "14"]
        ]

    def test_the_encoding(self, run_sdcl, tmp_path, write):
        (tmp_path / "a.txt").write_bytes(WRONG.encode("gb18030"))
        write(".sdcl.toml", "encoding = 'gb18030'")
        assert run_sdcl("correct", "a.txt").stdout_bytes == RIGHT.encode("gb18030")

    def test_the_baseline(self, run_sdcl, write):
        write("d/a.txt", WRONG)
        write(".sdcl.toml", "baseline = 'known.json'")
        assert run_sdcl("correct", "d", "--write-baseline", "known.json").exit_code == 0
        assert run_sdcl("correct", "d", "--check").exit_code == 0
        write("d/a.txt", "他门明天去北京。")
        assert run_sdcl("correct", "d", "--check").exit_code == 1

    def test_the_variant(self, run_sdcl, write, monkeypatch):
        from spacy_sdcl import loading

        seen = []
        real = loading.load_pipeline
        monkeypatch.setattr(
            loading,
            "load_pipeline",
            lambda *args, variant, **options: seen.append(variant) or real(*args, **options),
        )
        write("a.txt", WRONG)
        write(".sdcl.toml", "variant = 'traditional'")
        run_sdcl("correct", "a.txt")
        run_sdcl("correct", "a.txt", "--variant", "simplified")
        assert seen == ["traditional", "simplified"]


class TestMistakes:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("treshold = 0.5", "No setting 'treshold': there are model, threshold"),
            (
                "threshold = 2",
                "threshold must be within 0 and 1, or one of careful, recall, not 2.",
            ),
            ("exclude = 'a'", "exclude must be a list of strings, not 'a'."),
            ("variant = 'cantonese'", "variant must be one of"),
            ("[protect]\nphrase = ['a']", "No setting 'protect.phrase': there are phrases"),
            ("protect = [1]", "protect"),
            ("a = ", "is no TOML"),
        ],
    )
    def test_each_is_named_with_the_file(self, run_sdcl, write, tmp_path, text, message):
        write("a.txt", WRONG)
        write(".sdcl.toml", text)
        result = run_sdcl("correct", "a.txt")
        assert result.exit_code == 2
        assert f"{tmp_path / '.sdcl.toml'}" in result.stderr
        assert message in result.stderr

    def test_a_table_that_is_none(self, run_sdcl, write):
        write("a.txt", WRONG)
        write("pyproject.toml", "tool.sdcl = 1")
        result = run_sdcl("correct", "a.txt")
        assert result.exit_code == 2
        assert "pyproject.toml: tool.sdcl must be a table" in result.stderr

    def test_two_options_that_contradict_each_other(self, run_sdcl, write):
        write("a.toml", "")
        result = run_sdcl("correct", "--config", "a.toml", "--no-config", input="")
        assert result.exit_code == 2
        assert "contradict" in result.stderr

    def test_a_file_that_is_not_there(self, run_sdcl):
        result = run_sdcl("correct", "--config", "a.toml", input="")
        assert result.exit_code == 2
        assert "a.toml: No such file" in result.stderr


@pytest.mark.usefixtures("run_sdcl")
def test_the_example_of_the_documents_is_one():
    from spacy_sdcl.files.settings import FileSettings

    page = Path(__file__).parent.parent.parent / "docs" / "command-line.md"
    [example] = re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    path = Path("example.toml")
    path.write_text(example, "utf-8")
    settings = FileSettings.load(path)
    # All that there is stands in it.
    assert settings.model_fields_set == set(FileSettings.model_fields)
