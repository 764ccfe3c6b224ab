import pytest
from document_samples import texts

from spacy_sdcl.documents.errors import MalformedDocument

SRT = "1\n00:00:01,000 --> 00:00:02,000\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n"
ASS = "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\n\n[Events]\nFormat: Start, Text\nDialogue: 0:00:01.00,"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (SRT + "很高\n行\n", ["很高行"]),
        (SRT + "<i>很</i>{\\an8}高<font color='red'>行</font> 3<5>", ["很高行 3<5>"]),
        (SRT + "甲\n\n" + SRT.replace("1\n", "2\n", 1) + "乙", ["甲", "乙"]),
        (SRT + "甲\n\n乙\n\n\n", ["甲", "乙"]),
        (SRT + "甲\n" + SRT + "乙", ["甲", "乙"]),
        (SRT + "1998\n\n2\n00:00:03,000 --> 00:00:04,000\n甲", ["1998", "甲"]),
        (SRT + "- 甲\n- 乙\n丙", ["- 甲", "- 乙丙"]),
        (VTT + "很<c.a>高</c>\n<00:01.500>行 &lt;&amp;\n\n备注\n\nNOTE 备注\n", ["很高行 <&"]),
        (VTT + "<v 张三>甲<ruby>乙<rt>yi</rt></ruby>", ["甲乙"]),
        (ASS + "很{\\i1}高\\N行，a\\h{\\p1}m 0 0{\\p0}好", ["很高行，a\xa0好"]),
        (ASS + "甲，乙,丙\nComment: 0:00:01.00,丁\n\n[Fonts]\nDialogue: 0,戊", ["甲，乙,丙"]),
    ],
)
def test_the_text_of_cues_is_read(source, expected):
    assert texts("subtitles", source) == expected
    assert texts("subtitles", source.replace("\n", "\r\n")) == expected


@pytest.mark.parametrize("source", ["甲乙丙", '{"events": []}', "{1}{2}甲"])
def test_what_is_no_subtitles_is_named(source):
    with pytest.raises(MalformedDocument, match=r"^line 1: these are no subtitles"):
        texts("subtitles", source)
