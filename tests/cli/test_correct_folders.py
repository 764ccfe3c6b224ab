"""Folders, and many files in their places."""

import os
import shutil
import subprocess
import sys

import pytest

from spacy_sdcl.files import folders

WRONG, RIGHT = "我今天很高行。", "我今天很高兴。"
CLEAN = "老师说得很对。"


@pytest.fixture
def tree(tmp_path):
    """Make files: by their names, with what is in them."""

    def make(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return make


def found(run_sdcl, *arguments):
    result = run_sdcl("correct", *arguments, "--check")
    assert result.exit_code in (0, 1), result.stderr
    return [line.split(":")[0] for line in result.stdout.splitlines()]


class TestWhichFiles:
    def test_those_whose_suffix_is_known(self, run_sdcl, tree):
        tree(dict.fromkeys(("d/b.txt", "d/a.TXT", "d/c/e.txt", "d/f.py", "d/g", "d/h.png"), WRONG))
        assert found(run_sdcl, "d") == ["d/a.TXT", "d/b.txt", "d/c/e.txt"]
        assert found(run_sdcl, ".") == ["d/a.TXT", "d/b.txt", "d/c/e.txt"]

    def test_a_file_that_is_named_is_read_whatever_its_suffix(self, run_sdcl, tree):
        tree({"d/f.log": WRONG, "d/b.txt": WRONG})
        assert found(run_sdcl, "d/f.log", "d") == ["d/f.log", "d/b.txt"]
        assert found(run_sdcl, "d", "--type", "text") == ["d/b.txt", "d/f.log"]

    def test_one_that_is_named_twice_is_read_once(self, run_sdcl, tree):
        tree({"d/a.txt": WRONG})
        assert found(run_sdcl, "d", "d/a.txt", "./d/") == ["d/a.txt"]

    @pytest.mark.parametrize(
        ("globs", "names"),
        [
            (["**/*.txt"], ["a.txt", "c/b.txt", "c/d/a.txt"]),
            (["*.txt"], ["a.txt", "c/b.txt", "c/d/a.txt"]),
            (["c/*.txt"], ["c/b.txt"]),
            (["/a.txt", "b.*"], ["a.txt", "c/b.txt"]),
            (["*.txt", "!c/**"], ["a.txt"]),
        ],
    )
    def test_patterns_choose_among_them(self, run_sdcl, tree, globs, names):
        tree({f"d/{name}": WRONG for name in ("a.txt", "c/b.txt", "c/d/a.txt", "c/x.md")})
        options = [part for glob in globs for part in ("--glob", glob)]
        assert found(run_sdcl, "d", *options) == [f"d/{name}" for name in names]

    def test_hidden_files_and_links_are_left_out(self, run_sdcl, tree):
        folder = tree(
            {"d/a.txt": WRONG, "d/.b.txt": WRONG, "d/.git/c.txt": WRONG, "e/f.txt": WRONG}
        )
        (folder / "d/link.txt").symlink_to("a.txt")
        (folder / "d/loop").symlink_to(".")
        (folder / "d/e").symlink_to("../e")
        assert found(run_sdcl, "d") == ["d/a.txt"]

    def test_gitignore_is_respected_and_an_inner_one_counts_more(self, run_sdcl, tree):
        tree(
            {
                ".git/HEAD": "",
                ".gitignore": "/repo/d/build/\ndraft*\n!/d/draft-b.txt\n/d/other.txt\n",
                "d/.gitignore": "/build/\n!draft-a.txt\n",
                **{
                    f"d/{name}": WRONG
                    for name in (
                        "a.txt",
                        "build/b.txt",
                        "c/build/b.txt",
                        "draft-a.txt",
                        "draft-b.txt",
                        "draft.txt",
                        "other.txt",
                    )
                },
            }
        )
        expected = ["d/a.txt", "d/c/build/b.txt", "d/draft-a.txt", "d/draft-b.txt"]
        assert found(run_sdcl, "d") == expected
        assert found(run_sdcl, ".") == expected

    def test_one_above_the_repository_does_not_count(self, run_sdcl, tree):
        tree({".gitignore": "*.txt\n", "d/.git/HEAD": "", "d/a.txt": WRONG})
        assert found(run_sdcl, "d") == ["d/a.txt"]

    def test_tables_are_read_where_their_columns_are_said(self, run_sdcl, tree):
        tree({"d/a.txt": WRONG, "d/b.csv": f"甲,乙\n{WRONG},{WRONG}\n"})
        assert found(run_sdcl, "d") == ["d/a.txt"]
        assert found(run_sdcl, "d", "--column", "乙") == ["d/a.txt", "d/b.csv"]

    def test_an_empty_folder_is_said_and_no_error(self, run_sdcl, tree):
        tree({"d/a.png": ""})
        result = run_sdcl("correct", "d", "--check")
        assert (result.exit_code, result.stdout) == (0, "")
        assert "d: no files of text in it" in result.stderr

    def test_a_folder_that_cannot_be_read_is_reported_and_the_others_are_done(
        self, run_sdcl, tree, monkeypatch
    ):
        tree({"d/a/a.txt": WRONG, "d/b/b.txt": WRONG})
        real = os.scandir

        def scandir(name):
            if str(name).endswith("a"):
                raise PermissionError(13, "Permission denied", name)
            return real(name)

        monkeypatch.setattr(folders.os, "scandir", scandir)
        result = run_sdcl("correct", "d", "--diff")
        assert result.exit_code == 2
        assert "d/a: Permission denied; left out" in result.stderr
        assert "+++ d/b/b.txt" in result.stdout


class TestRun:
    def test_a_folder_needs_a_place_for_its_text(self, run_sdcl, tree):
        tree({"d/a.txt": WRONG})
        for options in ([], ["-o", "out.txt"], ["--format", "text"]):
            result = run_sdcl("correct", "d", *options)
            assert result.exit_code == 2
            assert "d is a folder: correct its files with --in-place" in result.stderr

    @pytest.mark.parametrize("options", [["--check"], ["--diff"], ["-f", "jsonl"], ["-i"]])
    def test_what_cannot_be_read_is_reported_and_the_others_are_done(self, run_sdcl, tree, options):
        folder = tree({"d/a.txt": WRONG.encode("utf-16"), "d/b.json": "{", "d/c.txt": WRONG})
        result = run_sdcl("correct", "d", "--column", "*", *options)
        assert result.exit_code == (1 if options == ["--check"] else 2)
        assert "d/a.txt is UTF-16" in result.stderr
        assert "d/b.json cannot be read as json" in result.stderr
        assert "Inputs that could not be read: 2." in result.stderr
        if options == ["-i"]:
            assert (folder / "d/c.txt").read_text("utf-8") == RIGHT
        else:
            assert "兴" in result.stdout

    def test_without_findings_the_code_of_a_check_is_2(self, run_sdcl, tree):
        tree({"d/a.txt": WRONG.encode("utf-16"), "d/c.txt": CLEAN})
        assert run_sdcl("correct", "d", "--check").exit_code == 2

    def test_a_diff_of_a_folder_corrects_it(self, run_sdcl, tree):
        if shutil.which("patch") is None:
            pytest.skip("needs patch")
        folder = tree({"d/a.txt": WRONG, "d/b/c.txt": f"{CLEAN}\n{WRONG}\n"})
        assert run_sdcl("correct", "d", "--diff", "-o", "x.diff").exit_code == 0
        with open("x.diff", "rb") as diff:
            subprocess.run(["patch", "-p0"], stdin=diff, check=True, capture_output=True)
        assert (folder / "d/a.txt").read_text("utf-8") == RIGHT
        assert (folder / "d/b/c.txt").read_text("utf-8") == f"{CLEAN}\n{RIGHT}\n"

    def test_the_end_says_how_much_was_done(self, run_sdcl, tree):
        tree({"d/a.txt": WRONG, "d/b.txt": f"{CLEAN}\n{WRONG}\n", "d/c.txt": CLEAN})
        result = run_sdcl("correct", "d", "--check")
        assert result.stderr == "files: 3, lines: 4, with errors: 2, errors: 2\n"


class TestInPlace:
    def test_files_with_errors_are_replaced_and_others_not_touched(self, run_sdcl, tree):
        folder = tree({"a.txt": f"{CLEAN}\r\n{WRONG}", "b.txt": CLEAN, "c.txt": WRONG, "e.txt": ""})
        before = {name: os.stat(folder / name) for name in ("a.txt", "b.txt", "e.txt")}
        result = run_sdcl("correct", "a.txt", "b.txt", "e.txt", "--in-place")
        assert (result.exit_code, result.stdout) == (0, "")
        assert (folder / "a.txt").read_bytes() == f"{CLEAN}\r\n{RIGHT}".encode()
        assert (folder / "c.txt").read_text("utf-8") == WRONG
        for name in ("b.txt", "e.txt"):
            now = os.stat(folder / name)
            assert (now.st_ino, now.st_mtime_ns) == (before[name].st_ino, before[name].st_mtime_ns)
        assert result.stderr.splitlines() == [
            "a.txt: errors: 1",
            "files: 2, lines: 3, with errors: 1, errors: 1",
        ]
        assert sorted(path.name for path in folder.iterdir()) == [
            "a.txt",
            "b.txt",
            "c.txt",
            "e.txt",
        ]

    @pytest.mark.skipif(sys.platform == "win32", reason="needs permissions and links")
    def test_permissions_are_kept_and_links_stay(self, run_sdcl, tree):
        folder = tree({"real.txt": WRONG, "run.txt": WRONG})
        (folder / "run.txt").chmod(0o750)
        (folder / "link.txt").symlink_to("real.txt")
        assert run_sdcl("correct", "link.txt", "run.txt", "-i").exit_code == 0
        assert (folder / "link.txt").is_symlink()
        assert (folder / "real.txt").read_text("utf-8") == RIGHT
        assert (folder / "run.txt").stat().st_mode & 0o777 == 0o750

    def test_a_link_and_its_file_are_corrected_once(self, run_sdcl, tree):
        folder = tree({"real.txt": WRONG})
        (folder / "link.txt").symlink_to("real.txt")
        result = run_sdcl("correct", "link.txt", "real.txt", "-i")
        assert result.exit_code == 0
        assert (folder / "real.txt").read_text("utf-8") == RIGHT

    def test_a_file_that_changes_meanwhile_is_left_and_the_others_are_done(
        self, run_sdcl, tree, monkeypatch
    ):
        from spacy_sdcl.files import in_place

        folder = tree({"a.txt": WRONG, "b.txt": WRONG})
        real, done = in_place.count_line, []

        def count_line(each):
            if not done:
                done.append((folder / "a.txt").write_text(WRONG * 2, "utf-8"))
            return real(each)

        monkeypatch.setattr(in_place, "count_line", count_line)
        result = run_sdcl("correct", "a.txt", "b.txt", "-i")
        assert result.exit_code == 2
        assert "a.txt changed while it was read" in result.stderr
        assert (folder / "a.txt").read_text("utf-8") == WRONG * 2
        assert (folder / "b.txt").read_text("utf-8") == RIGHT
        assert len(list(folder.iterdir())) == 2

    def test_what_breaks_off_leaves_whole_files(self, run_sdcl, tree, monkeypatch):
        from spacy_sdcl.files import in_place

        folder = tree({"a.txt": WRONG, "b.txt": f"{WRONG}\n{CLEAN}\n", "c.txt": WRONG})
        real, seen = in_place.count_line, []

        def count_line(each):
            seen.append(each)
            if len(seen) == 3:
                raise KeyboardInterrupt
            return real(each)

        monkeypatch.setattr(in_place, "count_line", count_line)
        result = run_sdcl("correct", "a.txt", "b.txt", "c.txt", "-i")
        assert result.exit_code == 130
        assert (folder / "a.txt").read_text("utf-8") == RIGHT
        assert (folder / "b.txt").read_text("utf-8") == f"{WRONG}\n{CLEAN}\n"
        assert len(list(folder.iterdir())) == 3

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["-"], "has no place"),
            ([], "has no place"),
            (["a.txt", "-o", "out.txt"], "leave out --output"),
            (["a.txt", "--check"], "leave out --output"),
            (["a.txt", "--diff"], "leave out --output"),
            (["a.txt", "--resume"], "leave out --output"),
            (["a.txt", "missing.txt"], "missing.txt"),
            (["a.txt", "--glob", "*.txt"], "--glob"),
        ],
    )
    def test_what_does_not_go_with_it_is_refused(self, run_sdcl, tree, arguments, message):
        folder = tree({"a.txt": WRONG})
        result = run_sdcl("correct", *arguments, "--in-place", input=WRONG)
        assert result.exit_code == 2
        assert message in result.stderr
        assert (folder / "a.txt").read_text("utf-8") == WRONG

    def test_the_result_is_that_of_each_file_alone_whatever_the_batch(self, run_sdcl, tree):
        texts = {
            f"{number}.txt": f"{CLEAN}\n{WRONG}\n" * number + "我今天很高\n行。"
            for number in range(5)
        }
        for size in (1, 3, 100):
            folder = tree(texts)
            assert run_sdcl("correct", *texts, "-i", "--batch-size", size).exit_code == 0
            for name, text in texts.items():
                assert (folder / name).read_text("utf-8") == text.replace("行", "兴")
