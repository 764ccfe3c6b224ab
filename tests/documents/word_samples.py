"""Word documents as people make them, with errors in them or without."""

import zipfile
from io import BytesIO

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import RGBColor

# What is wrong in the documents, and what should stand there.
WRONG = {
    "很高行": "很高兴",
    "他门": "他们",
    "火车占": "火车站",
    "已后": "以后",
    "经长": "经常",
    "因该": "应该",
    "在见": "再见",
    "做位": "座位",
}
RIGHT = dict(zip("行门占已长因在做", "兴们站以常应再座", strict=True))
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NAMES = (
    f"{W} "
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
TEACHER = 'w:author="王老师" w:date="2024-03-01T08:00:00Z"'
NOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
BOX_TEXT = "<w:txbxContent><w:p><w:r><w:t>你因该早点来。</w:t></w:r></w:p></w:txbxContent>"
BOX = (
    "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
    "<wp:anchor distT='0' distB='0' distL='0' distR='0' simplePos='0' relativeHeight='1' "
    "behindDoc='0' locked='0' layoutInCell='1' allowOverlap='1'><wp:simplePos x='0' y='0'/>"
    "<wp:positionH relativeFrom='column'><wp:posOffset>3000000</wp:posOffset></wp:positionH>"
    "<wp:positionV relativeFrom='paragraph'><wp:posOffset>0</wp:posOffset></wp:positionV>"
    "<wp:extent cx='1800000' cy='500000'/><wp:wrapSquare wrapText='bothSides'/>"
    "<wp:docPr id='1' name='文本框'/><a:graphic>"
    "<a:graphicData uri='http://schemas.microsoft.com/office/word/2010/wordprocessingShape'>"
    "<wps:wsp><wps:cNvSpPr txBox='1'/><wps:spPr><a:xfrm><a:off x='0' y='0'/>"
    "<a:ext cx='1800000' cy='500000'/></a:xfrm><a:prstGeom prst='rect'><a:avLst/></a:prstGeom>"
    f"</wps:spPr><wps:txbx>{BOX_TEXT}</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData>"
    "</a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict>"
    "<v:shape style='position:absolute;width:140pt;height:40pt'>"
    f"<v:textbox>{BOX_TEXT}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)


def field(instruction, result):
    return (
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r>"
        f"<w:r><w:instrText xml:space='preserve'>{instruction}</w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='separate'/></w:r>"
        f"{result}<w:r><w:fldChar w:fldCharType='end'/></w:r>"
    )


def add(container, xml):
    """Add a paragraph, written as XML, to a document or a cell."""
    element = parse_xml(f"<w:p {NAMES}>{xml}</w:p>")
    body = container._element.body if hasattr(container._element, "body") else container._element
    last = body[-1]
    last.addprevious(element) if last.tag.endswith("}sectPr") else body.append(element)


def run(text, properties=""):
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


def make_letter(*, correct=False):
    """Make a letter with all that people put into one.

    correct (bool): Whether it is the one without errors.
    RETURNS (bytes): The file.
    """

    def x(wrong):
        return RIGHT[wrong] if correct else wrong

    document = docx.Document()
    document.add_heading("给家长的一封信", 0)
    document.add_paragraph(f"各位家长，你们好。孩子们这个学期进步很大，我很高{x('行')}。")
    split = document.add_paragraph("昨天大家都很高")
    wrong = split.add_run(x("行"))
    wrong.bold = True
    wrong.font.color.rgb = RGBColor(0xC0, 0, 0)
    split.add_run("，因为放假了。").italic = True
    document.add_paragraph("他").add_run(x("门")).underline = True
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "地点"
    table.cell(0, 1).text = f"火车{x('占')}的东门"
    inner = table.cell(0, 1).add_table(1, 1)
    inner.cell(0, 0).text = f"放学{x('已')}后集合"
    section = document.sections[0]
    section.header.paragraphs[0].text = f"老师经{x('长')}说的话"
    section.footer.paragraphs[0].text = f"我们{x('在')}见"
    link = document.part.relate_to("https://example.com", RELATIONSHIP_TYPE.HYPERLINK, True)
    shown = run(f"去火车{x('占')}怎么走", "<w:u w:val='single'/>")
    add(
        document,
        f"{run('详细地图：')}<w:hyperlink r:id='{link}'>{shown}</w:hyperlink>{run('。')}",
    )
    add(
        document,
        run("他")
        + f"<w:ins w:id='901' {TEACHER}>{run(x('门'), '<w:b/>')}</w:ins>"
        + run("昨天")
        + f"<w:del w:id='902' {TEACHER}><w:r><w:delText>前天</w:delText></w:r></w:del>"
        + f"<w:ins w:id='903' {TEACHER}>{run(x('已') + '后经' + x('长') + '来')}{run('，好吗')}"
        + f"</w:ins>{run('？')}",
    )
    add(
        document,
        f"{run('请看说明')}<w:r><w:footnoteReference w:id='2'/></w:r>{run('，你' + x('因') + '该')}"
        f"<w:r><w:br/></w:r>{run('早点到，坐在自己的' + x('做') + '位上。')}",
    )
    add(document, run("提醒：") + BOX.replace("因", x("因")) + run("不要迟到。"))
    add(document, field(' TOC \\o "1-3" ', run("目录里的他门不改")))
    link_field = field(' HYPERLINK "https://example.com" ', run(f"他{x('门')}的信"))
    add(document, run("见") + link_field + run("。"))
    control = run(f"我很高{x('行')}见到你。")
    add(
        document,
        f"<w:sdt><w:sdtPr><w:tag w:val='a'/></w:sdtPr><w:sdtContent>{control}</w:sdtContent></w:sdt>",
    )
    note = run(f" 他{x('门')}会在门口等。")
    notes = (
        f"<w:footnotes {W}><w:footnote w:type='separator' w:id='0'><w:p><w:r><w:separator/></w:r>"
        "</w:p></w:footnote><w:footnote w:type='continuationSeparator' w:id='1'><w:p><w:r>"
        "<w:continuationSeparator/></w:r></w:p></w:footnote><w:footnote w:id='2'><w:p><w:r>"
        f"<w:footnoteRef/></w:r>{note}</w:p></w:footnote></w:footnotes>"
    )
    part = Part(PackURI("/word/footnotes.xml"), NOTES, notes.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    return saved(document)


def make_document(*paragraphs):
    """Make a small document of paragraphs that are written as XML, with python-docx around them."""
    document = docx.Document()
    for xml in paragraphs:
        add(document, xml)
    return saved(document)


def saved(document):
    """The file of a document of python-docx."""
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def rewritten(data, name, change):
    """A file of which one part is another one: change(its text), or its bytes as they are given."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == name:
                content = change(content.decode()) if callable(change) else change
            new.writestr(info, content)
    return file.getvalue()


def find_wrong(passages):
    """What a corrector would find in passages, by their numbers."""
    found = {}
    for number, passage in enumerate(passages):
        for wrong, target in WRONG.items():
            place = passage.text.find(wrong)
            while place >= 0:
                for offset, (old, new) in enumerate(zip(wrong, target, strict=True)):
                    if old != new:
                        found.setdefault(number, []).append(correction(place + offset, old, new))
                place = passage.text.find(wrong, place + 1)
    return found


def correction(start, source, target, score=0.98):
    candidates = [{"target": target, "score": score}, {"target": source, "score": 0.001}]
    return {
        "start": start,
        "end": start + len(source),
        "source": source,
        "target": target,
        "score": score,
        "candidates": candidates,
        "origin": "model",
    }
