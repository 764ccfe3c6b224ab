"""Corrections of a Word document as tracked changes: what is accepted, rejected, kept, and noted."""

import itertools
import re
from datetime import datetime, timedelta, timezone
from xml.etree import ElementTree

import pytest
from word_changes import DATE, MAIN, body, comments, corrected, inner, numbers
from word_revisions import W, accepted, as_texts, parts, rejected
from word_samples import (
    BOX,
    TEACHER,
    correction,
    find_wrong,
    make_document,
    make_letter,
    rewritten,
    run,
)

from spacy_sdcl.documents.docx import read_docx


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
