"""In any paragraph any characters can be corrected, and what is rejected comes back."""

from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st
from word_changes import DATE, body, numbers
from word_revisions import W, accepted, rejected
from word_samples import BOX, TEACHER, correction, field, make_document, run

from spacy_sdcl.documents.docx import read_docx
from spacy_sdcl.language.characters import is_cjk

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
