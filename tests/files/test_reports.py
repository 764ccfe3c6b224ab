"""What is written for programs: each format as those read it that it is for."""

import json

import pytest
from pydantic import ValidationError
from sarif_pydantic import Sarif

from spacy_sdcl.files.formats import make_writer
from spacy_sdcl.files.lines import Line, Position
from spacy_sdcl.files.reports import uri_of
from spacy_sdcl.files.units import CorrectedLine


def make_line(text, *corrections, file="docs/a b.md", number=3, encoding="utf-8"):
    line = Line(file, b"", text.encode(encoding, "surrogateescape"), b"\n", Position(0, number, 0))
    found = [
        {
            "start": start,
            "end": end,
            "source": text[start:end],
            "target": target,
            "score": 0.987,
            "candidates": [{"target": target, "score": 0.987}],
            "origin": "model",
        }
        for start, end, target in corrections
    ]
    return CorrectedLine(
        line, text, found, {each["start"]: f"around {each['start']}" for each in found}
    )


LINES = [
    make_line("老师说得很对。", number=1),
    make_line("我今天很高行。", (5, 6, "兴"), number=2),
    make_line("😀他&#38376;去北京, 天汽", (2, 10, "们"), (16, 17, "汽")),
    make_line("他门\udcff", (1, 2, "们"), file="50%,a:b\n.txt"),
]


def written(format, lines=LINES):
    writer = make_writer(format, encoding="utf-8", on_refused=print)
    parts = [*writer.start()]
    for line in lines:
        parts += writer.write(line)
    return b"".join([*parts, *writer.finish("")])


@pytest.mark.parametrize("format", ["github", "rdjsonl"])
def test_nothing_found_makes_nothing(format):
    assert written(format, LINES[:1]) == b""


class TestGithub:
    def test_a_place_is_a_command_of_the_workflow(self):
        first, *_ = written("github").decode().splitlines()
        assert first == (
            "::warning file=docs/a b.md,line=2,col=6,endColumn=6,title=sdcl spelling::行 → 兴 (0.99)"
        )

    def test_what_is_a_mark_in_it_is_escaped(self):
        *_, last = written("github").decode().splitlines()
        assert last.startswith("::warning file=50%25%2Ca%3Ab%0A.txt,line=3,col=2,")

    def test_an_error_without_correction_is_said_to_be_one(self):
        *_, flagged, _ = written("github").decode().splitlines()
        assert flagged.endswith("title=sdcl suspicious::汽 → ? (0.99)")


class TestRdjsonl:
    def test_columns_are_bytes_of_utf_8(self):
        record = json.loads(written("rdjsonl").splitlines()[1])
        text = LINES[2].text.encode()
        place = record["location"]["range"]
        assert record["location"]["path"] == "docs/a b.md"
        assert [place[end]["line"] for end in ("start", "end")] == [3, 3]
        start, end = (place[end]["column"] - 1 for end in ("start", "end"))
        assert text[start:end].decode() == "&#38376;"
        assert record["suggestions"] == [{"range": place, "text": "们"}]

    def test_an_error_without_correction_has_no_suggestion(self):
        record = json.loads(written("rdjsonl").splitlines()[2])
        assert record["code"] == {"value": "suspicious"}
        assert "suggestions" not in record


class TestJson:
    @pytest.mark.parametrize("lines", [[], LINES[:1], LINES[:2], LINES])
    def test_it_is_one_list_of_all_places(self, lines):
        records = json.loads(written("json", lines))
        expected = [
            (each.line.file, each.line.number, one["start"] + 1, one["target"])
            for each in lines
            for one in each.corrections
        ]
        found = [(each["file"], each["line"], each["column"], each["target"]) for each in records]
        assert found == expected

    def test_a_record_has_what_is_known(self):
        record = json.loads(written("json"))[0]
        assert record == {
            "file": "docs/a b.md",
            "line": 2,
            "column": 6,
            "end_column": 7,
            "rule": "spelling",
            "message": "行 → 兴 (0.99)",
            "source": "行",
            "target": "兴",
            "score": 0.987,
            "candidates": [{"target": "兴", "score": 0.987}],
            "origin": "model",
        }


class TestSarif:
    # `make test-clients` validates it against the schema of OASIS itself.
    @pytest.mark.parametrize("lines", [[], LINES[:1], LINES[:2], LINES])
    def test_it_is_valid(self, lines):
        Sarif.model_validate_json(written("sarif", lines))

    def test_what_is_invalid_would_be_noticed(self):
        log = json.loads(written("sarif"))
        del log["runs"][0]["tool"]
        with pytest.raises(ValidationError):
            Sarif.model_validate(log)

    def test_columns_are_characters_and_the_end_is_behind_the_last(self):
        log = json.loads(written("sarif"))
        [run] = log["runs"]
        assert run["columnKind"] == "unicodeCodePoints"
        region = run["results"][1]["locations"][0]["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"], region["endColumn"]) == (3, 3, 11)

    def test_a_result_names_its_rule_and_has_its_correction(self):
        [run] = json.loads(written("sarif"))["runs"]
        first, _, flagged, _ = run["results"]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        assert [rules[each["ruleIndex"]] for each in (first, flagged)] == ["spelling", "suspicious"]
        [change] = first["fixes"][0]["artifactChanges"]
        assert change["replacements"][0]["insertedContent"] == {"text": "兴"}
        assert "fixes" not in flagged

    def test_a_place_is_known_by_what_is_around_it(self):
        moved = LINES[1]._replace(line=LINES[1].line._replace(after=Position(0, 99, 0)))
        results = [
            json.loads(written("sarif", [line]))["runs"][0]["results"][0]
            for line in (LINES[1], moved)
        ]
        assert results[0]["partialFingerprints"] == results[1]["partialFingerprints"]
        other = json.loads(written("sarif", [LINES[2]]))["runs"][0]["results"][0]
        assert other["partialFingerprints"] != results[0]["partialFingerprints"]

    def test_a_files_name_is_a_reference(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert uri_of("docs/a b#.md") == "docs/a%20b%23.md"
        assert uri_of(str(tmp_path / "天.md")) == "%E5%A4%A9.md"
        assert uri_of("/other/a.md") == "file:///other/a.md"
