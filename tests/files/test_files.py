"""Lines in, corrected lines out: that they are streamed, and that bytes stay what they were."""

import gc
import io
import itertools
import re
import sys
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny import make_loaded

from spacy_sdcl.files.correction import correct_batches
from spacy_sdcl.files.formats import DiffWriter, PlacesWriter
from spacy_sdcl.files.job import Job
from spacy_sdcl.files.lines import Line, Position, check_encoding, read_lines
from spacy_sdcl.files.partial import PartialFile, file_digest, pipeline_digest
from spacy_sdcl.files.run import correct_files
from spacy_sdcl.files.splicing import splice
from spacy_sdcl.files.units import CorrectedLine

PIECES = [b"\n", b"\r", b"\r\n", b"a", b"\xe2\x80\xa8", b"\xff", b"\xef\xbb\xbf", "天".encode()]
CONTENTS = st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join)


def make_line(content, number=1, ending=b"\n"):
    return Line("in.txt", b"", content, ending, Position(0, number, 0))


def change(start, source, target):
    return {"start": start, "end": start + 1, "source": source, "target": target, "score": 0.9}


class TestReadLines:
    @given(st.lists(CONTENTS, min_size=2, max_size=2))
    def test_no_byte_is_lost_and_every_position_can_be_gone_on_from(self, tmp_path_factory, files):
        folder = tmp_path_factory.mktemp("lines")
        names = []
        for i, content in enumerate(files):
            (folder / str(i)).write_bytes(content)
            names.append(str(folder / str(i)))
        lines = list(read_lines(names))
        written = b"".join(b"".join(line[1:4]) for line in lines)
        assert written == b"".join(files)
        for i, line in enumerate(lines):
            assert list(read_lines(names, start=line.after)) == lines[i + 1 :]
            assert b"\n" not in line.content

    def test_a_byte_order_mark_is_no_part_of_the_text(self, tmp_path):
        (tmp_path / "in.txt").write_bytes(b"\xef\xbb\xbfa\n\xef\xbb\xbfb\r\n")
        first, second = read_lines([str(tmp_path / "in.txt")])
        assert (first.prefix, first.content) == (b"\xef\xbb\xbf", b"a")
        assert (second.prefix, second.content, second.ending) == (b"", b"\xef\xbb\xbfb", b"\r\n")


class TestCorrectBatches:
    def test_lines_are_pulled_when_they_are_needed(self, trained_nlp):
        pulled = []

        def endless():
            for number in itertools.count(1):
                pulled.append(number)
                yield make_line("我今天很高行。".encode(), number)

        batches = correct_batches(trained_nlp, endless(), batch_size=4)
        for count in range(1, 6):
            assert len(next(batches)) == 4
            assert len(pulled) == 4 * count

    def test_long_lines_make_short_batches(self, trained_nlp):
        lines = (make_line(b"and so on. " * 8000, number) for number in itertools.count(1))
        assert len(next(correct_batches(trained_nlp, lines, batch_size=64))) == 2

    def test_memory_does_not_grow_with_the_input(self, trained_dir):
        nlp = make_loaded(trained_dir)
        # Every line has words that no other has, which a tokenizer of words would remember.
        lines = (make_line(f"number{i} {i:x} 我今天很高行。".encode(), i) for i in range(1, 4001))
        batches = correct_batches(nlp, lines, batch_size=50)
        for _ in range(10):
            next(batches)
        strings = len(nlp.vocab.strings)
        tracemalloc.start()
        try:
            for _ in range(10):
                next(batches)
            gc.collect()
            before, _ = tracemalloc.get_traced_memory()
            for _ in batches:
                pass
            gc.collect()
            after, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert len(nlp.vocab.strings) == strings
        # 3,000 lines of 30 characters each.
        assert after - before < 100_000

    def test_a_line_that_is_no_text_is_reported_and_not_corrected(self, trained_nlp):
        reported = []
        bad = "我今天很高行。".encode() + b"\xff"
        lines = [make_line(bad), make_line("他门明天去北京。".encode(), 2)]
        [batch] = correct_batches(
            trained_nlp, lines, on_unreadable=lambda *each: reported.append(each)
        )
        assert [each.readable for each in batch] == [False, True]
        assert batch[0].corrections == []
        assert batch[0].text.encode("utf-8", "surrogateescape") == bad
        assert reported == [(lines[0], "not utf-8: invalid start byte at byte 22")]

    def test_a_flagged_error_is_listed_and_changes_nothing(self):
        flagged = {"start": 1, "end": 2, "source": "汽", "target": "汽", "score": 0.4}
        each = CorrectedLine(make_line("天汽".encode()), "天汽", [flagged], {})
        assert each.changes == []


class TestSplice:
    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.data())
    @pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
    def test_the_corrections_are_in_and_all_else_is_as_it_was(self, encoding, text, data):
        places = data.draw(st.sets(st.integers(0, max(len(text) - 1, 0)), max_size=5))
        changes = [change(i, text[i], "中") for i in sorted(places) if i < len(text)]
        expected = "".join("中" if i in places else char for i, char in enumerate(text))
        content, refused = splice(text.encode(encoding), changes, encoding=encoding)
        assert content == expected.encode(encoding)
        assert refused == []

    def test_a_character_that_an_encoding_has_twice_stays_the_one_that_it_was(self):
        twice = b"\xa2\xcc"
        assert twice.decode("big5") == "十"
        assert twice.decode("big5").encode("big5") != twice
        before, after = (twice + f"天{char}".encode("big5") + twice for char in "再在")
        assert splice(before, [change(2, "再", "在")], encoding="big5") == (after, [])

    def test_what_the_encoding_cannot_write_is_handed_back(self):
        changes = [change(0, "行", "兴"), change(1, "再", "在")]
        found = splice("行再".encode("big5"), changes, encoding="big5")
        assert found == ("行在".encode("big5"), changes[:1])


class TestCheckEncoding:
    @pytest.mark.parametrize(
        ("given", "name"),
        [("UTF8", "utf-8"), ("utf-8-sig", "utf-8"), ("GB18030", "gb18030"), ("Big5", "big5")],
    )
    def test_its_canonical_name_is_returned(self, given, name):
        assert check_encoding(given) == name

    @pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-32", "iso2022_jp", "hz", "rot13"])
    def test_one_whose_lines_cannot_be_told_apart_is_refused(self, name):
        with pytest.raises(ValueError, match="iconv"):
            check_encoding(name)


def test_a_flagged_error_has_a_place_and_no_correction():
    flagged = {"start": 1, "end": 2, "source": "汽", "target": "汽", "score": 0.4}
    each = CorrectedLine(make_line("天汽".encode(), 3), "天汽", [flagged], {})
    assert b"".join(PlacesWriter().write(each)).decode() == "in.txt:3:2: 汽 → ? (0.40)\n"


@pytest.mark.parametrize("patience", [0, 60])
def test_a_long_run_shows_how_far_it_is(trained_nlp, tmp_path, monkeypatch, patience):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    path = tmp_path / "in.txt"
    path.write_text("老师说得很对。\n" * 20, encoding="utf-8")
    monkeypatch.setattr("sys.stderr", Terminal())
    monkeypatch.setattr("spacy_sdcl.files.run.PATIENCE", patience)
    monkeypatch.setenv("COLUMNS", "100")
    correct_files(
        trained_nlp,
        Job([str(path)], ["text"]),
        PartialFile(tmp_path / "out.txt", None),
        batch_size=5,
        resume=False,
        show_progress=True,
        on_problem=print,
    )
    shown = sys.stderr.getvalue()
    assert bool(re.search(r"100%.*440/440 \[\d\d:\d\d<00:00, .*B/s\]", shown)) == (patience == 0)
    assert bool(shown) == (patience == 0)


def test_a_hunk_of_any_length_is_not_held_in_memory(tmp_path):
    writer = DiffWriter("utf-8", lambda line, correction: None)
    assert list(writer.start()) == []
    content = "天汽".encode() + b"." * 10_000
    written = 0
    tracemalloc.start()
    for number in range(1, 501):
        line = make_line(content, number)
        each = CorrectedLine(line, content.decode(), [change(1, "汽", "气")], {})
        written += sum(map(len, writer.write(each)))
    written += sum(map(len, writer.finish("")))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert written > 500 * 20_000
    assert peak < 6_000_000


class TestFingerprints:
    def test_a_line_that_moves_to_another_file_is_noticed(self, tmp_path):
        names = [str(tmp_path / name) for name in "ab"]
        digests = set()
        for contents in (("1\n2\n", "3\n"), ("1\n", "2\n3\n"), ("1\n2\n", "3\n")):
            for name, content in zip(names, contents, strict=True):
                with open(name, "w", encoding="utf-8") as file:
                    file.write(content)
            digests.add(file_digest(names))
        assert len(digests) == 2

    def test_a_pipeline_is_told_by_weights_and_settings_and_not_by_what_it_has_read(
        self, trained_dir
    ):
        nlp = make_loaded(trained_dir)
        digest = pipeline_digest(nlp)
        nlp("我今天很高行，去 GitHub 看看。")
        assert pipeline_digest(nlp) == digest == pipeline_digest(make_loaded(trained_dir))
        assert pipeline_digest(make_loaded(trained_dir, threshold=0.5)) != digest
        network = nlp.get_pipe("sdcl_corrector").model.shims[0]._model
        network.thresholds = {"careful": 0.123}
        assert pipeline_digest(nlp) != digest
