"""`spacy sdcl correct` on documents: the prose is corrected, all else comes back byte for byte."""

import json

import pytest

from spacy_sdcl.documents.errors import MalformedDocument
from spacy_sdcl.documents.kinds import KINDS
from spacy_sdcl.documents.packed import OPENERS
from spacy_sdcl.documents.passages import PassageBuilder

WRONG, RIGHT = "我今天很高行。", "我今天很高兴。"


def write(name, text, encoding="utf-8"):
    with open(name, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode(encoding))


def read(name):
    with open(name, "rb") as file:
        return file.read()


SOURCES = {
    "a.md": ("# 题\n\n我今天\n很高**行**。\n\n    {}\n\n`{}`\n", "我今天\n很高**兴**。"),
    "a.html": ("<p class='{}'>我今天很高<b>行</b>。<br></p><pre>{}</pre>", "我今天很高<b>兴</b>。"),
    "a.tex": ("\\title{{题}} 我今天很高\\emph{{行}}。 % {}\n\\label{{{}}}", "很高\\emph{兴}。"),
    "a.srt": ("1\n00:00:01,000 --> 00:00:02,000\n我今天\n很高行。\n\n", "我今天\n很高兴。"),
    "a.po": ('msgid "{}"\nmsgstr "我今天"\n"很高行。"\n# {}', '"我今天"\n"很高兴。"'),
}


@pytest.fixture
def packages():
    for name in ("markdown_it", "mdit_py_plugins", "pylatexenc", "pysubs2", "polib"):
        pytest.importorskip(name)


@pytest.mark.usefixtures("packages")
class TestText:
    @pytest.mark.parametrize("mark", ["", "\ufeff"])
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    @pytest.mark.parametrize("name", SOURCES)
    def test_only_the_prose_is_corrected(self, run_sdcl, name, end, mark):
        source, corrected = SOURCES[name]
        source = mark + source.format(WRONG, WRONG).replace("\n", end)
        corrected = corrected.replace("\n", end)
        write(name, source)
        result = run_sdcl("correct", name)
        assert result.exit_code == 0
        expected = source.replace(corrected.replace("兴", "行"), corrected, 1)
        assert expected != source
        assert result.stdout_bytes == expected.encode()

    def test_an_escape_is_replaced_as_a_whole(self, run_sdcl):
        write("a.html", "<p>我今天很高&#34892;。&amp;</p>")
        assert run_sdcl("correct", "a.html").stdout == "<p>我今天很高兴。&amp;</p>"
        write("a.json", '{"a": "我今天很高\\u884c。\\n"}')
        result = run_sdcl("correct", "a.json", "--column", "a")
        assert result.stdout == '{"a": "我今天很高兴。\\n"}'

    def test_what_the_encoding_cannot_write_is_reported_and_left(self, run_sdcl):
        source = "<p>我今天很高<b>行</b>。</p>"
        write("a.html", source, "big5")
        result = run_sdcl("correct", "a.html", "--encoding", "big5")
        assert result.stdout_bytes == source.encode("big5")
        assert "a.html:1:12: big5 has no 兴; left as it is" in result.stderr

    def test_the_kind_can_be_named(self, run_sdcl):
        source = f"`{WRONG}`\n\n<!-- {WRONG} -->\n"
        for arguments in (["a.txt", "--type", "markdown"], ["a.md"]):
            write(arguments[0], source)
            assert run_sdcl("correct", *arguments).stdout == source
        assert run_sdcl("correct", "--type", "markdown", input=source).stdout == source
        assert run_sdcl("correct", "a.md", "--type", "text").stdout != source

    def test_a_kind_that_is_none_is_named_with_those_that_are(self, run_sdcl):
        result = run_sdcl("correct", "--type", "docs", input="")
        assert result.exit_code == 2
        assert all(kind in result.stderr for kind in KINDS)

    def test_a_table_needs_columns(self, run_sdcl):
        write("a.csv", f"甲,乙\n{WRONG},{WRONG}\n")
        result = run_sdcl("correct", "a.csv", "-o", "out.csv")
        assert result.exit_code == 2
        assert "--column" in result.stderr
        assert "1 甲, 2 乙" in result.stderr
        result = run_sdcl("correct", "a.csv", "--column", "乙")
        assert result.stdout == f"甲,乙\n{WRONG},{RIGHT}\n"

    def test_columns_of_what_has_none_are_refused(self, run_sdcl):
        write("a.md", WRONG)
        result = run_sdcl("correct", "a.md", "--column", "text")
        assert result.exit_code == 2
        assert "none of the inputs" in result.stderr

    def test_a_malformed_document_is_named_with_the_place(self, run_sdcl):
        write("a.json", f'{{"a": "{WRONG}"\n\n')
        result = run_sdcl("correct", "a.json", "--column", "a", "-o", "out.json")
        assert result.exit_code == 2
        assert result.stderr.startswith("Error: a.json cannot be read as json: line ")

    def test_a_document_in_another_encoding_is_left_and_its_lines_reported(self, run_sdcl):
        content = WRONG.encode() + b"\n\n\xff\n"
        write("a.md", content)
        result = run_sdcl("correct", "a.md")
        assert result.stdout_bytes == content
        assert "a.md:3: not utf-8" in result.stderr

    def test_several_documents_become_one_output_in_order(self, run_sdcl):
        write("a.md", f"`{WRONG}`\n{WRONG}\n")
        write("b.txt", f"{WRONG}\n")
        result = run_sdcl("correct", "b.txt", "a.md", "-", input=WRONG)
        assert result.stdout == f"{RIGHT}\n`{WRONG}`\n{RIGHT}\n{RIGHT}"


@pytest.mark.usefixtures("packages")
class TestOtherFormats:
    SOURCE = "# 题\n\n> 我今天\n> 很高&#34892;。\n"

    def test_places_are_lines_and_columns_of_the_source(self, run_sdcl):
        write("a.md", self.SOURCE)
        result = run_sdcl("correct", "a.md", "--check")
        assert result.exit_code == 1
        assert result.stdout.startswith("a.md:4:5: &#34892; → 兴 (")

    def test_jsonl_has_all_lines_of_the_source(self, run_sdcl):
        write("a.md", self.SOURCE)
        result = run_sdcl("correct", "a.md", "--format", "jsonl")
        records = [json.loads(line) for line in result.stdout.splitlines()]
        assert "".join(each["text"] + "\n" for each in records) == self.SOURCE
        assert records[3]["corrected"] == "> 很高兴。"
        [correction] = records[3]["corrections"]
        assert records[3]["text"][correction["start"] : correction["end"]] == correction["source"]

    def test_a_diff_is_of_the_source(self, run_sdcl):
        write("a.md", self.SOURCE)
        result = run_sdcl("correct", "a.md", "--diff")
        assert "\n-> 很高&#34892;。\n+> 很高兴。\n" in result.stdout


class TestWrappedText:
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_an_error_behind_a_line_end_is_corrected(self, run_sdcl, end):
        text = "我今天很高\n行。\n\n他\n门明天去北京。\n".replace("\n", end)
        expected = "我今天很高\n兴。\n\n他\n们明天去北京。\n".replace("\n", end)
        assert run_sdcl("correct", input=text).stdout_bytes == expected.encode()

    def test_each_line_that_is_typed_is_corrected_at_once(self, run_sdcl, monkeypatch):
        from spacy_sdcl.files import plan

        real = plan.make_plan
        jobs = []

        def make_plan(options, say):
            jobs.append(real(options, say).job)
            return real(options, say)

        monkeypatch.setattr(plan, "make_plan", make_plan)
        monkeypatch.setattr("spacy_sdcl.files.inputs.is_terminal", lambda: True)
        result = run_sdcl("correct", input="我今天很高\n行。\n")
        assert [job.alone for job in jobs] == [True]
        assert result.stdout.splitlines()[0] == "我今天很高"

    def test_correction_can_be_switched_off(self, run_sdcl):
        text = (
            f"{WRONG}\n# sdcl-disable\n{WRONG}\n\n{WRONG}\n# sdcl-enable\n{WRONG}\n"
            f"% sdcl-disable-next-line\n{WRONG}\n{WRONG}\n<!-- sdcl-disable -->\n{WRONG}"
        )
        places = [
            line.split(":")[1]
            for line in run_sdcl("correct", "--check", input=text).stdout.splitlines()
        ]
        assert places == ["1", "7", "10"]

    def test_it_is_off_in_one_file_only(self, run_sdcl):
        write("a.txt", f"# sdcl-disable\n{WRONG}\n")
        write("b.txt", WRONG)
        result = run_sdcl("correct", "a.txt", "b.txt", "--check")
        assert result.stdout.startswith("b.txt:1:6: ")


class Box:
    """A document of two passages, in a file that begins with BOX."""

    def __init__(self, content):
        if not content.startswith(b"BOX\x00"):
            raise MalformedDocument("", 0, "it is no box", "pack it anew")
        self.content = content
        self.parts = content[4:].decode().split("\x00")

    @property
    def passages(self):
        builder = PassageBuilder("\n".join(self.parts))
        start = 0
        for part in self.parts:
            builder.take(start, start + len(part))
            yield from builder.finish()
            start += len(part) + 1

    def texts(self):
        return self.parts

    def write(self, corrections):
        if not any(corrections):
            return self.content
        passages = list(map(list, self.parts))
        for chars, found in zip(passages, corrections, strict=True):
            for each in found:
                chars[each["start"] : each["end"]] = f"<{each['source']}{each['target']}>"
        return b"BOX\x00" + "\x00".join(map("".join, passages)).encode()


class TestDocumentsThatWriteThemselves:
    SOURCE = b"BOX\x00" + f"老师说得很对。\x00{WRONG}".encode()

    @pytest.fixture(autouse=True)
    def box(self, monkeypatch):
        monkeypatch.setitem(OPENERS, "box", Box)

    def test_their_text_is_their_file(self, run_sdcl):
        write("a.box", self.SOURCE)
        result = run_sdcl("correct", "a.box", "--type", "box", "-o", "out.box")
        assert result.exit_code == 0
        assert read("out.box") == self.SOURCE.replace("行".encode(), "<行兴>".encode())

    def test_places_are_passages(self, run_sdcl):
        write("a.box", self.SOURCE)
        result = run_sdcl("correct", "a.box", "--type", "box", "--check")
        assert result.exit_code == 1
        assert result.stdout.splitlines()[-1].startswith("a.box:2:6: 行 → 兴")

    def test_they_are_corrected_in_their_place(self, run_sdcl):
        write("a.box", self.SOURCE)
        write("b.box", b"BOX\x00" + "老师说得很对。".encode())
        before = read("b.box")
        result = run_sdcl("correct", "a.box", "b.box", "--type", "box", "--in-place")
        assert result.exit_code == 0
        assert read("a.box") == self.SOURCE.replace("行".encode(), "<行兴>".encode())
        assert read("b.box") == before

    def test_two_of_them_do_not_go_into_one_output(self, run_sdcl):
        write("a.box", self.SOURCE)
        write("b.box", self.SOURCE)
        result = run_sdcl("correct", "a.box", "b.box", "--type", "box")
        assert result.exit_code == 2
        assert "--in-place" in result.stderr

    def test_one_that_is_malformed_is_named(self, run_sdcl):
        write("a.box", b"PK\n\xff\n")
        result = run_sdcl("correct", "a.box", "--type", "box")
        assert result.exit_code == 2
        assert "a.box cannot be read as box" in result.stderr
