"""Names of files that command a terminal, or end a line."""

import shutil
import subprocess

import pytest

from spacy_sdcl.files.names import escape_controls, quote_for_patch

ODD = ["a\nb", "\x1b[31mred", "tab\there", "\x7f", "\x9b2J", "\u2028", "\u202egnp.exe", "\r"]


@pytest.mark.parametrize("name", ODD)
def test_what_commands_a_terminal_is_escaped(name):
    shown = escape_controls(f"前{name}后")
    assert shown.isprintable()
    assert shown.startswith("前")
    assert shown.encode("ascii", "backslashreplace").decode("unicode_escape").count("\\") == 0


@pytest.mark.parametrize(
    "name", ["notes.txt", "我的 文件　甲.txt", "C:\\notes.txt", "a'\"b", "👩‍🔬"]
)
def test_other_names_are_shown_as_they_are(name):
    assert escape_controls(name) == name


def test_line_ends_can_be_kept():
    assert escape_controls("a\nb\x1b", keep="\n") == "a\nb\\x1b"


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs patch")
@pytest.mark.parametrize("name", ["a\nb", "\x1b[31m", '"quoted"', "tab\t\\", "我\n", "plain 我"])
def test_patch_finds_the_file_of_a_quoted_name(tmp_path, name):
    (tmp_path / name).write_text("1\n", encoding="utf-8")
    quoted = quote_for_patch(name.encode())
    assert b"\n" not in quoted
    text = b"--- %s\t\n+++ %s\t\n@@ -1 +1 @@\n-1\n+2\n" % (quoted, quoted)
    subprocess.run(["patch", "-p0"], cwd=tmp_path, input=text, check=True, capture_output=True)
    assert (tmp_path / name).read_text("utf-8") == "2\n"
