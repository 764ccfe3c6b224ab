"""Corrections of a Word document as tracked changes: what is accepted, rejected, kept, and noted."""

import itertools
import re
from datetime import datetime, timedelta, timezone
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from word_revisions import W, accepted, as_texts, parts, rejected
from word_samples import (
    BOX,
    TEACHER,
    correction,
    field,
    find_wrong,
    make_document,
    make_letter,
    rewritten,
    run,
)

from spacy_sdcl.documents.docx import read_docx
from spacy_sdcl.language.characters import is_cjk

DATE = datetime(2024, 5, 1, 9, 30)
MAIN = "word/document.xml"


def corrected(data, changes=None):
    document = read_docx(data)
    changes = find_wrong(document.passages) if changes is None else changes
    return document.corrected(changes, date=DATE)


def body(data):
    return parts(data)[MAIN].decode()


def inner(data):
    """The paragraph of a small document."""
    return re.search(r"<w:p [^>]*>(.*?)</w:p>|<w:p>(.*?)</w:p>", body(data), re.DOTALL)[0]


def comments(data):
    name = "word/comments.xml"
    root = ElementTree.fromstring(parts(data)[name])
    return {
        each.get(f"{W}id"): ["".join(line.itertext()) for line in each.iter(f"{W}p")]
        for each in root
    }


def numbers(data):
    found = re.findall(r"<w:(?:ins|del|moveFrom|moveTo|rPrChange) w:id=.(\d+)", body(data))
    return [int(number) for number in found]


def test_a_document_without_corrections_comes_back_as_it_is():
    data = make_letter()
    assert corrected(data, {}) == corrected(data, {0: []}) == data
    assert read_docx(data).write([[] for _ in read_docx(data).texts()]) == data


def test_accepting_all_gives_the_corrected_text_and_rejecting_all_the_original():
    wrong, right = make_letter(), make_letter(correct=True)
    done = corrected(wrong)
    assert accepted(done) == accepted(right)
    assert rejected(done) == rejected(wrong)
    assert as_texts(accepted(done)) != as_texts(accepted(wrong))


def test_only_the_run_of_a_change_is_other_bytes():
    data = make_letter()
    document = read_docx(data)
    (number,) = [i for i, each in enumerate(document.passages) if "去火车占" in each.text]
    done = document.corrected({number: find_wrong(document.passages)[number]}, date=DATE)
    old, new = body(data), body(done)
    changed = re.search(
        r"<w:r><w:rPr><w:u w:val=.single./></w:rPr><w:t[^>]*>去火车占.*?</w:r>", old
    )
    assert new.startswith(old[: changed.start()])
    assert new.endswith(old[changed.end() :])


def test_the_change_is_what_word_writes():
    done = corrected(make_document(run("我很高行。", "<w:b/>")))
    sign = 'w:author="spacy_sdcl" w:date="2024-05-01T09:30:00Z"'
    plain = "<w:r><w:rPr><w:b/></w:rPr>"
    text = '<w:t xml:space="preserve">'
    assert (
        f"{plain}{text}我很高</w:t></w:r>"
        f'<w:commentRangeStart w:id="0"/><w:del w:id="1" {sign}>'
        f'{plain}<w:delText xml:space="preserve">行</w:delText></w:r></w:del>'
        f'<w:ins w:id="2" {sign}>{plain}{text}兴</w:t></w:r></w:ins>'
        '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>'
        f"{plain}{text}。</w:t></w:r>"
    ) in inner(done)


@pytest.mark.parametrize("text", ["门", "门来了", "来了门"])
def test_no_empty_run_is_made_at_the_edge_of_a_run(text):
    change = correction(text.index("门"), "门", "们")
    done = inner(corrected(make_document(run(text)), {0: [change]}))
    assert "></w:t>" not in done
    assert "<w:rPr></w:rPr></w:r>" not in done


def test_what_else_is_in_a_run_keeps_its_place():
    xml = "<w:r><w:t>他门</w:t><w:tab/><w:t>很高行</w:t><w:br/></w:r>"
    data = make_document(xml + run("。"))
    done = corrected(data)
    expected = [["他", "们", "\t", "很", "高", "兴", "\n", "。"]]
    marks = {f"<{W}tab>": "\t", f"<{W}br>": "\n"}
    view = [[marks.get(char, char) for char, _ in each] for each in accepted(done)]
    assert view == expected
    assert rejected(done) == rejected(data)


def test_an_error_over_two_runs_keeps_the_formatting_of_each():
    done = corrected(
        make_document(run("他", "<w:b/>") + run("门", "<w:i/>") + run("在", "<w:u/>")),
        {0: [correction(1, "门在", "们再")]},
    )
    ((one, two, three),) = accepted(done)
    assert [char for char, _ in (one, two, three)] == ["他", "们", "再"]
    assert [re.search(r"}?:?([biu])\b", form[10:])[1] for _, form in (one, two, three)] == list(
        "biu"
    )
    assert len(comments(done)) == 1


def test_entities_and_spaces_around_a_change_stay():
    data = make_document("<w:r><w:t xml:space='preserve'> &lt;&#20182;门&amp; </w:t></w:r>")
    done = corrected(data, {0: [correction(2, "门", "们")]})
    assert "&lt;他" in inner(done) or "&lt;&#20182;" in inner(done)
    assert as_texts(accepted(done)) == [" <他们& "]
    assert as_texts(rejected(done)) == [" <他门& "]


def test_spaces_that_were_not_shown_stay_so():
    data = rewritten(
        make_document("<w:r><w:t>x</w:t></w:r>"),
        MAIN,
        lambda xml: xml.replace("<w:t>x<", "<w:t>\n  他门来\n<"),
    )
    done = corrected(data)
    assert as_texts(accepted(done)) == ["他们来"]


def test_text_in_cdata_is_written_anew():
    data = rewritten(
        make_document(run("x")), MAIN, lambda xml: xml.replace(">x<", "><![CDATA[<他门>]]><")
    )
    done = corrected(data)
    assert as_texts(accepted(done)) == ["<他们>"]
    assert as_texts(rejected(done)) == ["<他门>"]


def test_two_changes_side_by_side_are_two():
    data = make_document(run("他门门"))
    done = corrected(data, {0: [correction(1, "门", "们"), correction(2, "门", "好")]})
    assert as_texts(accepted(done)) == ["他们好"]
    assert as_texts(rejected(done)) == ["他门门"]
    assert len(comments(done)) == 2


def test_in_what_somebody_inserted_the_deletion_stands_inside_and_the_insertion_beside_it():
    data = make_document(run("他") + f"<w:ins w:id='7' {TEACHER}>{run('门来')}</w:ins>" + run("了"))
    done = corrected(data)
    root = ElementTree.fromstring(body(done))
    for outer in (f"{W}ins", f"{W}del"):
        assert not [each for each in root.iter(outer) if each.find(f".//{outer}") is not None]
    (ours,) = root.iter(f"{W}del")
    parents = {child: parent for parent in root.iter() for child in parent}
    assert parents[ours].get(f"{W}author") == "王老师"
    assert as_texts(accepted(done)) == ["他们来了"]
    assert rejected(done) == rejected(data)
    assert all(len(each) for each in root.iter(f"{W}ins"))


@pytest.mark.parametrize("runs", list(itertools.permutations(["门", "来", "走门"])))
def test_an_insertion_of_several_runs_is_divided_without_empty_pieces(runs):
    old = f"<w:ins w:id='7' {TEACHER}>{''.join(map(run, runs))}</w:ins>"
    data = make_document(run("他") + old)
    text = "他" + "".join(runs)
    changes = [correction(match.start(), "门", "们") for match in re.finditer("门", text)]
    done = corrected(data, {0: changes})
    assert as_texts(accepted(done)) == [text.replace("门", "们")]
    assert rejected(done) == rejected(data)
    root = ElementTree.fromstring(body(done))
    assert all(len(each) for each in root.iter(f"{W}ins"))


def test_numbers_of_annotations_are_given_once():
    change = f"<w:rPrChange w:id='44' {TEACHER}><w:rPr><w:i/></w:rPr></w:rPrChange>"
    old = f"<w:ins w:id='2147483646' {TEACHER}>{run('门来，他门走，他门')}</w:ins>"
    done = corrected(make_document(run("他门，很高行，他", f"<w:b/>{change}") + old))
    assert len(numbers(done)) == len(set(numbers(done))) > 10
    assert max(numbers(done)) < 2**31
    assert not set(map(str, numbers(done))) & set(comments(done))


def test_what_is_inserted_has_no_history_of_its_formatting():
    change = f"<w:rPrChange w:id='44' {TEACHER}><w:rPr><w:i/></w:rPr></w:rPrChange>"
    done = inner(corrected(make_document(run("他门", f"<w:b/>{change}"))))
    (inserted,) = re.findall(r"<w:ins .*?</w:ins>", done)
    assert "<w:b/>" in inserted
    assert "rPrChange" not in inserted
    assert "rPrChange" in re.search(r"<w:del .*?</w:del>", done)[0]


def test_both_forms_of_a_text_box_are_corrected():
    data = make_document(run("前面") + BOX)
    done = corrected(data)
    assert body(done).count(">应</w:t>") == 2
    assert as_texts(accepted(done)).count("你应该早点来。") == 2
    assert rejected(done) == rejected(data)


def test_a_text_box_in_a_run_that_is_changed_itself_is_changed_too():
    box = BOX.removeprefix("<w:r>").removesuffix("</w:r>")
    data = make_document(f"<w:r><w:t>他门</w:t>{box}<w:t>很高行</w:t></w:r>")
    done = corrected(data)
    assert "你应该早点来。" in as_texts(accepted(done))
    assert rejected(done) == rejected(data)
    assert body(done).count("<w:drawing>") == 1


def test_flagged_errors_get_a_comment_and_no_change():
    data = make_document(run("他门来"))
    done = corrected(data, {0: [{**correction(1, "门", "门"), "target": "门"}]})
    assert list(comments(done).values()) == [["门 → ? (0.98)", "门 0.98, 门 <0.01"]]
    assert accepted(done) == rejected(done) == accepted(data)
    start, end = inner(done).index("commentRangeStart"), inner(done).index("commentRangeEnd")
    assert ">门<" in inner(done)[start:end]


def test_ruby_and_plain_text_controls_get_a_comment_around_them():
    ruby = (
        "<w:r><w:ruby><w:rt><w:r><w:t>men</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>门</w:t></w:r>"
        "</w:rubyBase></w:ruby></w:r>"
    )
    control = (
        f"<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{run('很高行')}</w:sdtContent></w:sdt>"
    )
    for xml, whole in ((run("他") + ruby, "ruby"), (run("我") + control, "sdt")):
        data = make_document(xml)
        done = corrected(data)
        assert accepted(done) == rejected(done) == accepted(data)
        pattern = rf"<w:commentRangeStart [^>]*/><w:(?:r|sdt)><w:{whole}.*<w:commentRangeEnd"
        assert re.search(pattern, inner(done))
        assert len(comments(done)) == 1


def test_headers_and_notes_get_changes_without_comments():
    done = parts(corrected(make_letter()))
    for name in ("header1", "footer1", "footnotes"):
        content = done[f"word/{name}.xml"]
        assert b"<w:del " in content
        assert b"commentRange" not in content


def test_a_comment_lists_the_candidates():
    change = {
        **correction(1, "门", "们", 0.9),
        "candidates": [
            {"target": "们", "score": 0.9},
            {"target": "<", "score": 0.06},
            {"target": "闷", "score": 0.0001},
        ],
    }
    done = corrected(make_document(run("他门")), {0: [change]})
    assert list(comments(done).values()) == [["门 → 们 (0.90)", "们 0.90, < 0.06, 闷 <0.01"]]


def test_comments_are_added_to_those_that_are_there():
    once = corrected(make_document(run("他门，很高行")), {0: [correction(1, "门", "们")]})
    twice = corrected(once)
    assert sorted(lines[0] for lines in comments(twice).values()) == [
        "行 → 兴 (0.98)",
        "门 → 们 (0.98)",
    ]
    assert list(parts(twice)) == list(parts(once))
    assert as_texts(accepted(twice)) == ["他们，很高兴"]
    assert as_texts(rejected(twice)) == ["他门，很高行"]


def test_comments_are_named_by_content_types_and_relationships():
    new = parts(corrected(make_document(run("他门"))))
    assert b'PartName="/word/comments.xml"' in new["[Content_Types].xml"]
    assert b'Target="comments.xml"' in new["word/_rels/document.xml.rels"]


def test_author_and_the_time_on_their_clock_are_written():
    document = read_docx(make_document(run("他门")))
    zone = timezone(timedelta(hours=8))
    date = datetime(2024, 5, 1, 9, 30, 5, 123, zone)
    done = document.corrected(find_wrong(document.passages), author='A&"B', date=date)
    root = ElementTree.fromstring(body(done))
    (ours,) = root.iter(f"{W}ins")
    assert ours.get(f"{W}author") == 'A&"B'
    assert ours.get(f"{W}date") == "2024-05-01T09:30:05Z"


@pytest.mark.parametrize(
    "changes", [{0: [correction(2, "门", "们")]}, {0: [correction(-1, "门", "们")]}]
)
def test_places_that_are_not_there_are_an_error(changes):
    with pytest.raises(ValueError, match="passage 0 has no characters"):
        corrected(make_document(run("他门")), changes)


def test_two_corrections_of_one_character_are_an_error():
    with pytest.raises(ValueError, match="two corrections of one character: 门"):
        corrected(
            make_document(run("他门")), {0: [correction(1, "门", "们"), correction(1, "门", "闷")]}
        )


def test_what_is_no_text_cannot_be_corrected():
    data = make_document("<w:r><w:t>他</w:t><w:tab/></w:r>")
    with pytest.raises(ValueError, match="places without text"):
        read_docx(data).write([[correction(1, "\t", "们")]])


# The prefix in front of an element is the writer's choice.


@pytest.mark.parametrize("prefix", ["ns0", ""])
def test_changes_are_written_with_the_prefixes_of_the_part(prefix):
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    own = f"{prefix}:" if prefix else ""
    attribute = f"{prefix or 'o'}:"
    declared = f'xmlns{":" + prefix if prefix else ""}="{name}" xmlns:o="{name}"'
    xml = (
        f"<{own}document {declared}><{own}body><{own}p><{own}ins {attribute}id='1' "
        f"{attribute}author='王'><{own}r><{own}t>他门</{own}t></{own}r></{own}ins></{own}p>"
        f"</{own}body></{own}document>"
    )
    done = corrected(rewritten(make_document(run("x")), MAIN, xml.encode()))
    assert as_texts(accepted(done)) == ["他们"]
    assert as_texts(rejected(done)) == [""]


def test_utf_16_stays_utf_16():
    data = make_document(run("他门"))
    old = body(data).replace("UTF-8", "UTF-16")
    done = corrected(rewritten(data, MAIN, old.encode("utf-16")))
    new = parts(done)[MAIN]
    assert new.startswith(b"\xff\xfe")
    assert ">们<" in new.decode("utf-16")


# Any paragraph at all.

WORDS = st.text(alphabet="他门在见高行 a&<\u00a0😀", min_size=0, max_size=4)
FORMS = st.sampled_from(["", "<w:b/>", "<w:i/><w:color w:val='FF0000'/>"])


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


RUNS = st.builds(lambda text, form: run(escaped(text), form), WORDS, FORMS)
TEXT = "<w:t xml:space='preserve'>"
MIXED = st.builds(
    lambda one, two: f"<w:r>{TEXT}{escaped(one)}</w:t><w:tab/>{TEXT}{escaped(two)}</w:t></w:r>",
    WORDS,
    WORDS,
)
PIECES = st.recursive(
    st.one_of(RUNS, MIXED, st.just(BOX)),
    lambda inner: st.builds(
        lambda wrap, pieces: wrap.replace("|", "".join(pieces)),
        st.sampled_from(
            [
                "<w:hyperlink w:anchor='a'>|</w:hyperlink>",
                "<w:smartTag w:element='x'>|</w:smartTag>",
                "<w:sdt><w:sdtPr/><w:sdtContent>|</w:sdtContent></w:sdt>",
                field(" HYPERLINK ", "|"),
                field(" PAGE ", "|"),
            ]
        ),
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)
REVISED = st.builds(
    lambda wrap, runs: wrap.replace("|", "".join(runs)),
    st.sampled_from(
        [
            f"<w:ins w:id='71' {TEACHER}>|</w:ins>",
            f"<w:moveTo w:id='72' {TEACHER}>|</w:moveTo>",
            f"<w:ins w:id='73' {TEACHER}><w:bookmarkStart w:id='9' w:name='m'/>|</w:ins>",
        ]
    ),
    st.lists(st.one_of(RUNS, MIXED), max_size=3),
)
PARAGRAPHS = st.lists(st.one_of(PIECES, REVISED), max_size=5).map("".join)


@settings(max_examples=60)
@given(st.lists(PARAGRAPHS, min_size=1, max_size=2), st.randoms(use_true_random=False))
def test_of_any_paragraph_any_characters_can_be_changed(paragraphs, random):
    data = make_document(*paragraphs)
    document = read_docx(data)
    changes = {}
    target = list(document.source)
    for number, passage in enumerate(document.passages):
        for index, char in enumerate(passage.text):
            if is_cjk(char) and random.random() < 0.4:
                new = random.choice(["新", char, "&"])
                changes.setdefault(number, []).append(correction(index, char, new))
                target[passage.starts[index]] = new
    done = document.corrected(changes, date=DATE)
    assert read_docx(done).source == "".join(target)
    assert rejected(done) == rejected(data)
    forms = [[form for _, form in each] for each in accepted(done)]
    assert forms == [[form for _, form in each] for each in accepted(data)]
    root = ElementTree.fromstring(body(done))
    for kind in (f"{W}ins", f"{W}del", f"{W}r"):
        nested = [each for each in root.iter(kind) if _holds(each, kind)]
        assert not nested
    assert len(numbers(done)) == len(set(numbers(done))) or len(numbers(data)) > len(
        set(numbers(data))
    )


def _holds(element, kind):
    """Whether one stands in another one, not counting text boxes."""
    for child in element:
        if child.tag == kind or (child.tag != f"{W}txbxContent" and _holds(child, kind)):
            return True
    return False
