"""`spacy sdcl correct`, as a user or a script calls it."""

import json
import re
import shutil
import subprocess

import pytest

WRONG, RIGHT = "我今天很高行。", "我今天很高兴。"
OTHER_WRONG, OTHER_RIGHT = "他门明天去北京。", "他们明天去北京。"
CLEAN = "老师说得很对。"


def write(name, text, encoding="utf-8"):
    with open(name, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode(encoding))


def read(name):
    with open(name, "rb") as file:
        return file.read()


class TestText:
    def test_standard_input_is_corrected_to_standard_output(self, run_sdcl):
        for files in ([], ["-"]):
            result = run_sdcl("correct", *files, input=f"{WRONG}\n{CLEAN}\n")
            assert (result.exit_code, result.stderr) == (0, "")
            assert result.stdout == f"{RIGHT}\n{CLEAN}\n"

    @pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n\r\n \t\n"])
    def test_line_ends_and_white_space_stay(self, run_sdcl, fix, end):
        odd = f"  {WRONG}\t\u2028\r"
        write("in.txt", f"{WRONG}\r\n\n{odd}\r\n{OTHER_WRONG}{end}")
        result = run_sdcl("correct", "in.txt")
        expected = f"{RIGHT}\r\n\n{fix(odd)}\r\n{OTHER_RIGHT}{end}"
        assert result.stdout_bytes == expected.encode()

    @pytest.mark.embedded
    def test_english_and_spaces_around_an_error_do_not_matter(self, run_sdcl):
        text = "  see {}  by Python 3.12 \t (ok) 😀 {} end "
        result = run_sdcl("correct", input=text.format(WRONG, OTHER_WRONG), model="zh_sdcl_sm")
        assert result.stdout == text.format(RIGHT, OTHER_RIGHT)

    @pytest.mark.embedded
    def test_a_text_longer_than_spacy_takes_is_corrected_to_its_end(self, run_sdcl):
        between = " and so on." * 100_000
        text = "{}" + between + "{}"
        write("in.txt", text.format(WRONG, WRONG))
        result = run_sdcl("correct", "in.txt", "-o", "out.txt", model="zh_sdcl_sm")
        assert result.exit_code == 0
        assert read("out.txt").decode() == text.format(RIGHT, RIGHT)

    def test_several_files_become_one_output_in_order(self, run_sdcl):
        write("a.txt", f"{WRONG}\n")
        write("b.txt", f"{OTHER_WRONG}\n")
        result = run_sdcl("correct", "b.txt", "-", "a.txt", "-o", "out.txt", input=f"{CLEAN}\n")
        assert result.exit_code == 0
        assert read("out.txt").decode() == f"{OTHER_RIGHT}\n{CLEAN}\n{RIGHT}\n"

    def test_the_empty_file_stays_empty(self, run_sdcl):
        write("in.txt", "")
        assert run_sdcl("correct", "in.txt", "-o", "out.txt").exit_code == 0
        assert read("out.txt") == b""

    def test_the_output_may_be_the_input(self, run_sdcl):
        write("in.txt", f"{WRONG}\n")
        assert run_sdcl("correct", "in.txt", "-o", "in.txt").exit_code == 0
        assert read("in.txt").decode() == f"{RIGHT}\n"

    def test_missing_folders_are_made(self, run_sdcl, tmp_path):
        write("in.txt", f"{WRONG}\n")
        assert run_sdcl("correct", "in.txt", "-o", "new/folder/out.txt").exit_code == 0
        assert read("new/folder/out.txt").decode() == f"{RIGHT}\n"
        assert [path.name for path in (tmp_path / "new/folder").iterdir()] == ["out.txt"]

    def test_the_output_keeps_its_mode_and_a_link_is_followed(self, run_sdcl, tmp_path):
        write("in.txt", f"{WRONG}\n")
        write("real.txt", "old")
        (tmp_path / "real.txt").chmod(0o640)
        (tmp_path / "link.txt").symlink_to("real.txt")
        assert run_sdcl("correct", "in.txt", "-o", "link.txt").exit_code == 0
        assert (tmp_path / "link.txt").is_symlink()
        assert (tmp_path / "real.txt").stat().st_mode & 0o777 == 0o640
        assert read("real.txt").decode() == f"{RIGHT}\n"

    def test_the_threshold_can_be_set(self, run_sdcl):
        result = run_sdcl("correct", "--threshold", "1.0", input=WRONG)
        assert result.stdout == WRONG


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-8-sig"])
    def test_text_in_another_encoding_stays_in_it(self, run_sdcl, encoding):
        write("in.txt", f"{WRONG}\r\n{CLEAN}\r\n{OTHER_WRONG}", encoding)
        result = run_sdcl("correct", "in.txt", "--encoding", encoding)
        assert result.stdout_bytes == f"{RIGHT}\r\n{CLEAN}\r\n{OTHER_RIGHT}".encode(encoding)

    def test_a_line_that_is_no_text_is_reported_and_left_and_the_rest_is_corrected(self, run_sdcl):
        bad = WRONG.encode() + b"\xff\xfe" + OTHER_WRONG.encode()
        write("in.txt", WRONG.encode() + b"\n" + bad + b"\r\n" + OTHER_WRONG.encode())
        result = run_sdcl("correct", "in.txt")
        assert result.exit_code == 0
        expected = RIGHT.encode() + b"\n" + bad + b"\r\n" + OTHER_RIGHT.encode()
        assert result.stdout_bytes == expected
        assert "in.txt:2: not utf-8: invalid start byte at byte 22; left as it is" in result.stderr
        assert "--encoding" in result.stderr

    def test_what_an_encoding_cannot_write_is_reported_and_left(self, run_sdcl):
        write("in.txt", WRONG, "big5")
        result = run_sdcl("correct", "in.txt", "--encoding", "big5")
        assert result.stdout_bytes == WRONG.encode("big5")
        assert "in.txt:1:6: big5 has no 兴; left as it is" in result.stderr

    def test_utf_16_is_refused_with_the_remedy(self, run_sdcl):
        write("in.txt", WRONG, "utf-16")
        for options in ([], ["--encoding", "utf-16"]):
            result = run_sdcl("correct", "in.txt", "-o", "out.txt", *options)
            assert result.exit_code == 2
            assert "iconv" in result.stderr

    @pytest.mark.parametrize("encoding", ["utf-7", "hz", "latin-1", "klingon", "base64"])
    def test_an_encoding_that_cannot_be_is_refused(self, run_sdcl, encoding):
        result = run_sdcl("correct", "--encoding", encoding, input=WRONG)
        assert result.exit_code == 2
        assert result.stdout == ""


class TestCheck:
    def test_places_are_printed_and_the_code_is_1(self, run_sdcl):
        write("in.txt", f"{CLEAN}\n{WRONG}\n{OTHER_WRONG}\n")
        result = run_sdcl("correct", "in.txt", "--check")
        assert result.exit_code == 1
        first, second = result.stdout.splitlines()
        assert re.fullmatch(r"in\.txt:2:6: 行 → 兴 \([01]\.\d\d\)", first)
        assert re.fullmatch(r"in\.txt:3:2: 门 → 们 \([01]\.\d\d\)", second)

    def test_the_code_is_0_where_nothing_is_wrong(self, run_sdcl):
        result = run_sdcl("correct", "--check", input=f"{CLEAN}\n")
        assert (result.exit_code, result.stdout) == (0, "")

    def test_a_format_can_be_asked_for(self, run_sdcl):
        write("in.txt", WRONG)
        result = run_sdcl("correct", "in.txt", "--check", "--format", "jsonl")
        assert result.exit_code == 1
        assert json.loads(result.stdout)["corrected"] == RIGHT
        plain, text = (
            run_sdcl("correct", "in.txt", "--check", *options)
            for options in ([], ["--format", "text"])
        )
        assert (text.exit_code, text.stdout) == (plain.exit_code, plain.stdout)

    def test_a_line_that_could_not_be_checked_is_no_success(self, run_sdcl):
        write("in.txt", CLEAN.encode() + b"\n\xff\n")
        assert run_sdcl("correct", "in.txt", "--check").exit_code == 2
        write("in.txt", WRONG.encode() + b"\n\xff\n")
        assert run_sdcl("correct", "in.txt", "--check").exit_code == 1


class TestMisuse:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["missing.txt"], "missing.txt: No such file"),
            (["."], "is a folder"),
            (["-", "-"], "only once"),
            (["in.txt", "--threshold", "2"], "within 0 and 1"),
            (["in.txt", "--threshold", "brave"], "careful, recall"),
            (["in.txt", "--format", "pdf"], "--format"),
            (["in.txt", "--batch-size", "0"], "--batch-size"),
            (["in.txt", "--resume"], "--output"),
            (["-", "--resume", "-o", "out.txt"], "read again"),
            (["in.txt", "--resume", "-o", "out.txt", "-f", "diff"], "diff"),
            (["in.txt", "-o", "."], "is a folder"),
            (["in.txt", "in.txt", "missing.txt", "-o", "out.txt"], "missing.txt"),
        ],
    )
    def test_the_code_is_2_and_nothing_is_written(self, run_sdcl, tmp_path, arguments, message):
        write("in.txt", WRONG)
        result = run_sdcl("correct", *arguments)
        assert result.exit_code == 2
        assert message in result.stderr
        assert result.stdout == ""
        assert [path.name for path in tmp_path.iterdir()] == ["in.txt"]

    def test_a_model_that_is_none_is_named_with_those_that_are(self, run_sdcl):
        result = run_sdcl("correct", input=WRONG, model="no_such_model")
        assert result.exit_code == 2
        assert "zh_sdcl_sm" in result.stderr

    def test_a_model_that_was_never_trained_is_refused(self, run_sdcl, untrained_dir, tmp_path):
        from tiny import make_loaded

        make_loaded(untrained_dir).to_disk(tmp_path / "untrained")
        result = run_sdcl("correct", input=WRONG, model=tmp_path / "untrained")
        assert result.exit_code == 2
        assert "never trained" in result.stderr


class TestFormats:
    def test_jsonl_has_an_object_a_line(self, run_sdcl):
        write("a.txt", f"{CLEAN}\r\n{WRONG}\n".encode() + b"\xff\n")
        write("b.txt", OTHER_WRONG)
        result = run_sdcl("correct", "a.txt", "b.txt", "--format", "jsonl")
        records = [json.loads(line) for line in result.stdout_bytes.decode().splitlines()]
        places = [(each["file"], each["line"]) for each in records]
        assert places == [("a.txt", 1), ("a.txt", 2), ("a.txt", 3), ("b.txt", 1)]
        assert [each["text"] for each in records] == [CLEAN, WRONG, "\udcff", OTHER_WRONG]
        assert [each["corrected"] for each in records] == [CLEAN, RIGHT, "\udcff", OTHER_RIGHT]
        [correction] = records[1]["corrections"]
        assert (correction["start"], correction["end"]) == (5, 6)
        assert (correction["source"], correction["target"]) == ("行", "兴")
        assert 0.5 <= correction["score"] <= 1

    def test_the_offsets_of_a_long_line_are_those_of_the_line(self, run_sdcl):
        text = "and so on 😀. " * 1000 + WRONG * 100 + " etc." * 1000
        result = run_sdcl("correct", "--format", "jsonl", input=text)
        record = json.loads(result.stdout)
        assert record["corrections"]
        corrected = list(text)
        for each in record["corrections"]:
            assert text[each["start"] : each["end"]] == each["source"]
            corrected[each["start"]] = each["target"]
        assert record["corrected"] == "".join(corrected)
        starts = [each["start"] for each in record["corrections"]]
        assert starts == sorted(set(starts))

    @pytest.mark.parametrize("end", ["", "\n", "\r\n"])
    @pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
    def test_a_diff_makes_the_corrected_text_of_the_text(self, run_sdcl, fix, end, encoding):
        if shutil.which("patch") is None:
            pytest.skip("needs patch")
        # Errors at both ends, next to each other, and at every distance around one hunk's end.
        lines = [WRONG, OTHER_WRONG]
        for distance in range(1, 10):
            lines += [CLEAN] * distance + [WRONG]
        texts = {
            "a b.txt": "\n".join(lines) + end,
            "clean.txt": f"{CLEAN}\n" * 9,
            "c.txt": "\r\n".join([*[CLEAN] * 9, OTHER_WRONG, *[CLEAN] * 2]) + end,
        }
        expected = {}
        for name, text in texts.items():
            write(name, text, encoding)
            expected[name] = "".join(map(fix, re.split("(\r?\n)", text))).encode(encoding)
        options = ["--format", "diff", "--encoding", encoding, "-o", "changes.diff"]
        result = run_sdcl("correct", *texts, *options)
        assert result.exit_code == 0
        assert b"clean.txt" not in read("changes.diff")
        with open("changes.diff", "rb") as diff:
            done = subprocess.run(["patch", "-p0"], stdin=diff, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "fuzz" not in done.stdout
        assert "offset" not in done.stdout
        assert {name: read(name) for name in texts} == expected

    def test_an_absolute_name_becomes_one_that_patch_takes(self, run_sdcl, tmp_path):
        write("in.txt", WRONG)
        result = run_sdcl("correct", tmp_path / "in.txt", "--format", "diff")
        assert result.stdout.startswith("--- in.txt\t\n+++ in.txt\t\n@@ -1 +1 @@\n")

    def test_nothing_wrong_makes_an_empty_diff(self, run_sdcl):
        assert run_sdcl("correct", "--format", "diff", input=CLEAN).stdout == ""

    def test_html_is_a_page_of_all_lines(self, run_sdcl):
        write("<a>.txt", f"{WRONG}\n<b>&amp;\n".encode() + b"\xff\n")
        result = run_sdcl("correct", "<a>.txt", "--format", "html", "-o", "out.html")
        page = read("out.html").decode()
        assert page.startswith("<!DOCTYPE html>")
        assert "<h2>&lt;a&gt;.txt</h2>" in page
        assert '<p data-line="1">我今天很高<del>行</del><ins title="' in page
        assert '<p data-line="2">&lt;b&gt;&amp;amp;</p>' in page
        assert '<p data-line="3">�</p>' in page
        assert "lines: 3, with errors: 1, errors: 1" in page
        assert page.rstrip().endswith("</html>")
        assert "<b>" not in page
        assert "<script" not in page
        assert result.exit_code == 0
