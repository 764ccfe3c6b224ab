"""Comments in a Word document: what is flagged, and where a change cannot be tracked."""

import re

from word_changes import comments, corrected, inner
from word_revisions import accepted, as_texts, parts, rejected
from word_samples import correction, make_document, make_letter, run


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
