"""Known findings: only what is new is reported."""

import json

import pytest

WRONG, OTHER_WRONG = "我今天很高行。", "他门明天去北京。"


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")

    return write


@pytest.fixture
def check(run_sdcl):
    """What a check finds that is not in known.json."""

    def check(*arguments):
        result = run_sdcl("correct", *arguments, "--check", "--baseline", "known.json")
        found = result.stdout.splitlines()
        assert result.exit_code == int(bool(found)), result.stderr
        return [":".join(line.split(":")[:3]) for line in found]

    return check


def test_what_is_known_is_passed_over_and_what_is_new_is_not(run_sdcl, write, check):
    write("d/a.txt", f"{WRONG}\n")
    result = run_sdcl("correct", "d", "--write-baseline", "known.json")
    assert (result.exit_code, result.stdout) == (0, "")
    assert check("d") == []
    write("d/a.txt", f"{WRONG}\n{OTHER_WRONG}\n")
    write("d/b.txt", f"{WRONG}\n")
    assert check("d") == ["d/a.txt:2:2", "d/b.txt:1:6"]


def test_lines_may_move_and_paragraphs_be_wrapped_anew(run_sdcl, write, check):
    write("a.txt", f"老师说得很对。{WRONG}\n")
    run_sdcl("correct", "a.txt", "--write-baseline", "known.json")
    write("a.txt", f"这个苹果很好吃。\n\n老师说得很对。{WRONG}\n")
    assert check("a.txt") == []
    write("a.txt", "老师说得很对。我今天很高\n行。\n")
    assert check("a.txt") == []


def test_files_are_known_by_their_way_from_the_baseline(
    run_sdcl, write, check, tmp_path, monkeypatch
):
    write("d/a.txt", WRONG)
    run_sdcl("correct", "d/a.txt", "--write-baseline", "known.json")
    assert list(json.loads((tmp_path / "known.json").read_text("utf-8"))["findings"]) == ["d/a.txt"]
    assert check(tmp_path / "d") == []
    monkeypatch.chdir(tmp_path / "d")
    result = run_sdcl("correct", "a.txt", "--check", "--baseline", "../known.json")
    assert result.exit_code == 0


def test_standard_input_has_a_name_of_its_own(run_sdcl):
    run_sdcl("correct", "--write-baseline", "known.json", input=WRONG)
    result = run_sdcl("correct", "--check", "--baseline", "known.json", input=WRONG)
    assert result.exit_code == 0


def test_what_is_known_is_not_corrected_either(run_sdcl, write):
    write("a.txt", WRONG)
    run_sdcl("correct", "a.txt", "--write-baseline", "known.json")
    write("a.txt", f"{WRONG}\n{OTHER_WRONG}")
    result = run_sdcl("correct", "a.txt", "--baseline", "known.json")
    assert result.stdout == f"{WRONG}\n他们明天去北京。"


def test_it_is_written_in_an_order_and_can_be_read(run_sdcl, write, tmp_path):
    write("b.txt", f"{WRONG}\n{OTHER_WRONG}\n{WRONG}\n")
    write("a.txt", WRONG)
    run_sdcl("correct", "b.txt", "a.txt", "--write-baseline", "known.json")
    assert (tmp_path / "known.json").read_text("utf-8") == (
        '{\n "version": 1,\n "findings": {\n  "a.txt": [\n   "我今天很高[行]。"\n  ],\n'
        '  "b.txt": [\n   "他[门]明天去北京。",\n   "我今天很高[行]。"\n  ]\n }\n}\n'
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "known.json: No such file"),
        ("{", "known.json is no baseline"),
        ("[]", "it holds no object"),
        ('{"version": 2, "findings": {}}', "version must be 1"),
        ('{"version": 1, "findings": {"a.txt": [1]}}', "findings must be"),
        ('{"version": 1, "finding": {}}', "findings must be"),
    ],
)
def test_one_that_is_none_is_refused(run_sdcl, write, content, message):
    write("a.txt", WRONG)
    if content is not None:
        write("known.json", content)
    result = run_sdcl("correct", "a.txt", "--check", "--baseline", "known.json")
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("option", ["--check", "--diff", "--in-place", "-o", "--format"])
def test_writing_it_is_all_that_is_done(run_sdcl, write, tmp_path, option):
    write("a.txt", WRONG)
    value = {"-o": ["out.txt"], "--format": ["text"]}.get(option, [])
    result = run_sdcl("correct", "a.txt", "--write-baseline", "known.json", option, *value)
    assert result.exit_code == 2
    assert "leave out --" in result.stderr
    assert not (tmp_path / "known.json").exists()
