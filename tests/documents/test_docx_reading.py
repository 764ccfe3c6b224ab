"""What is read of a Word document, and what is left."""

import docx
import pytest
from docx.oxml.ns import qn
from word_samples import (
    BOX,
    NAMES,
    TEACHER,
    field,
    make_document,
    make_letter,
    rewritten,
    run,
    saved,
)

from spacy_sdcl.documents.docx import read_docx
from spacy_sdcl.documents.passages import OBJECT


def read(*paragraphs):
    return [passage.text for passage in read_docx(make_document(*paragraphs)).passages]


def test_a_letter_is_read_through_its_runs_tables_headers_notes_and_boxes():
    assert [passage.text for passage in read_docx(make_letter(correct=True)).passages] == [
        "给家长的一封信",
        "各位家长，你们好。孩子们这个学期进步很大，我很高兴。",
        "昨天大家都很高兴，因为放假了。",
        "他们",
        "地点",
        "火车站的东门",
        "放学以后集合",
        "详细地图：去火车站怎么走。",
        "他们昨天以后经常来，好吗？",
        "请看说明，你应该早点到，坐在自己的座位上。",
        "提醒：不要迟到。",
        "你应该早点来。",
        "见他们的信。",
        "我很高兴见到你。",
        "老师经常说的话",
        "我们再见",
        "他们会在门口等。",
    ]


def test_places_are_those_of_the_characters_in_the_paragraphs():
    document = read_docx(make_letter())
    assert document.source == "\n".join(document.texts())
    for passage in document.passages:
        written = "".join(document.source[start] for start in passage.starts)
        assert written.replace("\u2028", " ") == passage.text


def test_empty_paragraphs_count():
    document = read_docx(make_document(run("一"), "", run("二")))
    assert document.texts() == ["一", "", "二"]
    assert [passage.starts.tolist() for passage in document.passages] == [[0], [3]]


def test_entities_cdata_and_comments_are_read_as_xml():
    (text,) = read("<w:r><w:t>&#20182;&amp;<![CDATA[<门>]]><!-- 不看 -->好</w:t></w:r>")
    assert text == "他&<门>好"


def test_spaces_at_the_ends_count_only_where_they_are_to_be_preserved():
    (text,) = read("<w:r><w:t> 他 们 </w:t><w:t xml:space='preserve'> 好 </w:t></w:r>" + run("。"))
    assert text == "他 们 好 。"


def test_tabs_and_hyphens_are_read_and_pictures_are_objects():
    symbol = "<w:sym w:font='Wingdings' w:char='F04A'/>"
    xml = f"<w:r><w:t>姓名</w:t><w:tab/><w:t>李</w:t><w:noBreakHyphen/><w:t>王</w:t>{symbol}</w:r>"
    math = "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>"
    assert read(xml + run("见") + math + run("处")) == [f"姓名\t李\u2011王{OBJECT}见{OBJECT}处"]


def test_a_soft_hyphen_and_a_note_are_read_through():
    xml = "<w:r><w:t>高</w:t><w:softHyphen/><w:t>兴</w:t><w:footnoteReference w:id='2'/></w:r>"
    assert read(xml + run("地")) == ["高\u00ad兴地"]


def test_a_line_break_inside_a_sentence_is_read_through_and_verse_stays_apart():
    def broken(*lines):
        return "<w:r><w:br/></w:r>".join(map(run, lines))

    assert read(broken("今天天气很好，我们大家都很高", "兴地去公园玩了一个下午。")) == [
        "今天天气很好，我们大家都很高兴地去公园玩了一个下午。"
    ]
    assert read(broken("床前明月光，", "疑是地上霜。")) == ["床前明月光，", "疑是地上霜。"]


def test_what_is_inserted_is_read_and_what_is_deleted_is_not():
    inserted = f"<w:ins w:id='1' {TEACHER}>{run('们')}</w:ins>"
    deleted = f"<w:del w:id='2' {TEACHER}><w:r><w:delText>门</w:delText></w:r></w:del>"
    moved = f"<w:moveTo w:id='3' {TEACHER}>{run('来')}</w:moveTo>"
    gone = f"<w:moveFrom w:id='4' {TEACHER}>{run('走')}</w:moveFrom>"
    assert read(run("他") + inserted + deleted + moved + gone + run("了")) == ["他们来了"]


def test_a_paragraph_whose_mark_is_deleted_goes_on_in_the_next_one():
    mark = f"<w:pPr><w:rPr><w:del w:id='1' {TEACHER}/></w:rPr></w:pPr>"
    assert read(mark + run("我很高"), run("兴。"), run("完")) == ["我很高兴。", "完"]


def test_fields_are_objects_but_links_are_read():
    page = field(" PAGE ", run("三"))
    link = field(' HYPERLINK "a" ', run("这里"))
    entry = (
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> XE 索引 </w:instrText>"
        "</w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>"
    )
    simple = f"<w:fldSimple w:instr=' DATE '>{run('五月')}</w:fldSimple>"
    texts = read(
        run("第") + page + run("页，看") + link + entry + run("，写于") + simple + run("。")
    )
    assert texts == [f"第{OBJECT}页，看这里，写于{OBJECT}。"]


def test_a_table_of_contents_is_left_over_its_paragraphs():
    begin, end = field(" TOC ", "|").split("|")
    link = field(" HYPERLINK ", run("第二章"))
    assert read(begin + run("第一章"), link, run("第三章") + end, run("正文")) == ["正文"]


@pytest.mark.parametrize(
    ("properties", "texts"),
    [
        ("<w:tag w:val='x'/>", ["我在北京。"]),
        ("<w:text/>", ["我在北京。"]),
        ("<w:dropDownList/>", [f"我在{OBJECT}。"]),
        ("<w:showingPlcHdr/>", [f"我在{OBJECT}。"]),
        ("<w:lock w:val='contentLocked'/>", [f"我在{OBJECT}。"]),
        ("<w:lock w:val='sdtLocked'/>", ["我在北京。"]),
        ("<w:dataBinding w:xpath='a' w:storeItemID='b'/>", [f"我在{OBJECT}。"]),
    ],
)
def test_of_content_controls_those_with_written_text_are_read(properties, texts):
    control = (
        f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{run('北京')}</w:sdtContent></w:sdt>"
    )
    assert read(run("我在") + control + run("。")) == texts


def test_hidden_text_is_not_read_and_what_is_not_to_be_proofed_is_an_object():
    hidden, shown = run("暗", "<w:vanish/>"), run("明", "<w:vanish w:val='0'/>")
    assert read(hidden + shown + run("ls", "<w:noProof/>") + run("好")) == [f"明{OBJECT}好"]


def test_code_is_left_by_the_names_of_styles_whatever_their_ids_are():
    document = docx.Document()
    styles = document.styles
    code = styles.add_style("Source Code", 1)
    code.element.set(qn("w:styleId"), "a7")
    child = styles.add_style("My own", 1)
    child.base_style = code
    styles.add_style("HTML Code", 2)
    document.add_paragraph("打印他门", style=code)
    document.add_paragraph("打印", style=child)
    document.add_paragraph("运行").add_run("程序", style="HTML Code")
    document.add_paragraph("结束")
    assert [each.text for each in read_docx(saved(document)).passages] == [f"运行{OBJECT}", "结束"]


def test_the_reading_of_ruby_is_left():
    ruby = (
        "<w:r><w:ruby><w:rt><w:r><w:t>xìng</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>兴</w:t></w:r>"
        "</w:rubyBase></w:ruby></w:r>"
    )
    assert read(run("高") + ruby + run("。")) == ["高兴。"]


def test_a_floating_box_is_read_after_the_paragraph_that_holds_it_and_once():
    assert read(run("前") + BOX.replace("因", "应") + run("后")) == ["前后", "你应该早点来。"]


def test_an_inline_picture_stands_in_the_sentence():
    picture = "<w:r><w:drawing><wp:inline/></w:drawing></w:r>"
    assert read(run("按") + picture + run("键")) == [f"按{OBJECT}键"]


def test_deleted_rows_are_not_read():
    document = docx.Document()
    table = document.add_table(2, 1)
    table.cell(0, 0).text, table.cell(1, 0).text = "留下", "删去"
    properties = table.rows[1]._tr.get_or_add_trPr()
    properties.append(docx.oxml.parse_xml(f"<w:del {NAMES} w:id='1' {TEACHER}/>"))
    assert [each.text for each in read_docx(saved(document)).passages] == ["留下"]


def test_of_two_forms_of_one_content_the_first_is_read():
    choice = f"<mc:Choice Requires='w14'>{run('新')}</mc:Choice>"
    fallback = f"<mc:Fallback>{run('旧')}</mc:Fallback>"
    assert read(f"<mc:AlternateContent>{choice}{fallback}</mc:AlternateContent>") == ["新"]


@pytest.mark.parametrize("prefix", ["ns0", ""])
def test_other_prefixes_are_as_good(prefix):
    def change(xml):
        own = f"{prefix}:" if prefix else ""
        text = xml.replace("xmlns:w=", "xmlns:w0=", 1)
        old = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        declared = f'xmlns{":" + prefix if prefix else ""}="{old}"'
        text = text.replace(f'xmlns:w0="{old}"', f'{declared} xmlns:w="{old}"')
        return text.replace("<w:", f"<{own}").replace("</w:", f"</{own}")

    data = rewritten(make_document(run("他们好。")), "word/document.xml", change)
    assert [each.text for each in read_docx(data).passages] == ["他们好。"]


def test_the_strict_form_of_the_standard_is_read():
    def change(xml):
        old = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        return xml.replace(old, "http://purl.oclc.org/ooxml/wordprocessingml/main")

    data = rewritten(make_document(run("他们好。")), "word/document.xml", change)
    assert [each.text for each in read_docx(data).passages] == ["他们好。"]


def test_a_document_without_text_has_no_passages():
    assert read_docx(saved(docx.Document())).passages == []
