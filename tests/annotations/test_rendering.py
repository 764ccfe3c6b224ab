"""What `spacy_sdcl.render` makes of Docs."""

import subprocess
import sys
import types
from html.parser import HTMLParser

import pytest
import spacy

import spacy_sdcl
from spacy_sdcl.annotations.rendering import diff_line, page_end, page_start
from spacy_sdcl.annotations.spans import set_corrections
from spacy_sdcl.types import CharCorrection


def make_doc(text="天汽好。", *corrections):
    doc = spacy.blank("zh")(text)
    set_corrections(doc, [CharCorrection(*each) for each in corrections or [(1, "气", 0.975)]])
    return doc


class Reader(HTMLParser):
    """Reads a page: that it is well-formed, its text, and what could fetch something."""

    VOID = {"meta", "br"}

    def __init__(self, html):
        super().__init__()
        self.open, self.text, self.tags, self.references = [], [], set(), []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        self.references += [name for name, _ in attrs if name in ("src", "href", "style", "onload")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open and "title" not in self.open:
            self.text.append(data)


class TestDiff:
    def test_a_correction_is_beside_what_it_replaces_with_its_score_on_hover(self):
        html = spacy_sdcl.render(make_doc(), style="diff")
        assert '<p>天<del>汽</del><ins title="97.5%">气</ins>好。</p>' in html

    def test_a_flagged_error_is_marked_otherwise(self):
        correction = {"start": 1, "end": 2, "source": "汽", "target": "汽", "score": 0.4}
        html = diff_line("天汽好。", [correction])
        mark = '<mark class="flagged" title="probably wrong, no sure correction, 40.0%">汽</mark>'
        assert html == f"<p>天{mark}好。</p>\n"

    def test_candidates_and_origin_show_on_hover(self):
        correction = {"start": 0, "end": 1, "source": "汽", "target": "气", "score": 0.9}
        correction["candidates"] = [{"target": "气", "score": 0.9}, {"target": '"', "score": 0.05}]
        correction["origin"] = "confusions"
        assert 'title="90.0%, confusions, &quot; 5.0%"' in diff_line("汽", [correction])

    def test_white_space_of_a_text_is_kept_minified_or_not(self):
        text = " a    天汽\n\n  b\r\n"
        doc = make_doc(text, (7, "气", 0.9))
        for minify in (False, True):
            html = spacy_sdcl.render(doc, style="diff", minify=minify)
            assert text.replace("汽", "汽气") in "".join(Reader(html).text)
            assert ("\n" in html) != minify


class TestBothStyles:
    @pytest.mark.parametrize("style", ["ent", "diff"])
    @pytest.mark.parametrize("page", [False, True])
    def test_it_is_well_formed_without_scripts_and_fetches_nothing(self, style, page):
        docs = [make_doc(), make_doc("<b>&\n汽", (5, "气", 0.9))]
        html = spacy_sdcl.render(docs, style=style, page=page)
        reader = Reader(html)
        assert "script" not in reader.tags
        assert "link" not in reader.tags
        assert not {"src", "href", "onload"} & set(reader.references)
        assert "url(" not in html
        assert "@import" not in html
        assert ('<meta charset="utf-8">' in html) == page

    @pytest.mark.parametrize("style", ["ent", "diff"])
    def test_all_that_a_text_says_is_escaped(self, style):
        doc = make_doc('<b>汽&"</b><script>', (3, "<", 0.9))
        doc.user_data["title"] = "<i>title</i>"
        html = spacy_sdcl.render(doc, style=style, page=True)
        assert not {"b", "i", "script"} & Reader(html).tags
        assert "&lt;i&gt;title&lt;/i&gt;" in html
        assert "&lt;b&gt;" in html
        assert ">&lt;<" in html

    @pytest.mark.parametrize("style", ["ent", "diff"])
    def test_no_docs_make_an_empty_page(self, style):
        assert "0 texts" in spacy_sdcl.render([], style=style, page=True)

    @pytest.mark.parametrize("style", ["ent", "diff"])
    def test_a_generator_of_docs_is_read(self, style):
        html = spacy_sdcl.render((make_doc() for _ in range(3)), style=style, page=True)
        assert html.count('title="97.5%"') == 3
        assert "3 texts, 3 of them with errors" in html


def test_ent_is_displacys_with_the_score_on_hover():
    html = spacy_sdcl.render(make_doc())
    assert 'class="entities"' in html
    assert '<mark class="entity " title="97.5%">汽<span>气</span></mark>' in html


def test_a_page_can_be_written_in_parts():
    html = page_start(title="<t>") + diff_line("天气", [], number=3) + page_end("1 & 2")
    assert "<title>&lt;t&gt;</title>" in html
    assert '<p data-line="3">天气</p>' in html
    assert "1 &amp; 2" in html
    Reader(html)


def test_an_unknown_style_and_things_that_are_no_docs_are_refused():
    with pytest.raises(ValueError, match="ent, diff"):
        spacy_sdcl.render(make_doc(), style="dep")
    with pytest.raises(TypeError, match="not str"):
        spacy_sdcl.render(["天汽"])


@pytest.mark.parametrize("style", ["ent", "diff"])
def test_in_a_notebook_it_is_shown(monkeypatch, style):
    shown = []
    fake = types.ModuleType("IPython.display")
    fake.HTML = lambda html: html
    fake.display = shown.append
    monkeypatch.setitem(sys.modules, "IPython", types.ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", fake)
    assert spacy_sdcl.render(make_doc(), style=style, jupyter=True) is None
    assert ">汽<" in shown[0]
    monkeypatch.setattr("spacy_sdcl.annotations.rendering.is_in_jupyter", lambda: True)
    assert spacy_sdcl.render(make_doc(), style=style) is None
    assert len(shown) == 2
    assert spacy_sdcl.render(make_doc(), style=style, jupyter=False)


def test_the_package_imports_it_only_when_it_is_asked_for():
    code = (
        "import sys, spacy_sdcl; assert 'spacy' not in sys.modules; spacy_sdcl.render; "
        "assert 'spacy_sdcl.annotations.rendering' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    with pytest.raises(AttributeError, match="nothing"):
        _ = spacy_sdcl.nothing
