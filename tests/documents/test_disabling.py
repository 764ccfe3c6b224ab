import pytest
from document_samples import texts

OFF = "<!-- sdcl-disable -->"
ON = "<!-- sdcl-enable -->"


@pytest.mark.parametrize(
    ("kind", "source", "expected"),
    [
        ("markdown", f"甲\n\n{OFF}\n\n乙\n\n{ON}\n\n丙", ["甲", "丙"]),
        ("markdown", f"甲\n\n{OFF}\n\n乙\n\n丙", ["甲"]),
        ("markdown", f"甲{OFF}乙{ON}丙", ["甲", "丙"]),
        ("markdown", f"{OFF}\n{OFF}\n甲\n\n{ON}\n\n乙\n\n{ON}\n\n丙", ["乙", "丙"]),
        ("markdown", "<!-- sdcl-disable: 引文，照原样 -->\n\n甲", []),
        ("markdown", "甲\n乙 <!-- sdcl-disable-line -->\n丙", ["甲", "丙"]),
        ("markdown", "甲\n\n<!--sdcl-disable-next-line-->\n乙\n\n丙", ["甲", "丙"]),
        ("markdown", "`<!-- sdcl-disable -->`甲", ["\ufffc甲"]),
        ("markdown", f"```\n{OFF}\n```\n\n甲\n\n~~~\n{OFF}", ["甲"]),
        ("markdown", "<!-- sdcl-disabled -->\n\n甲", ["甲"]),
        ("html", f"<p>甲</p>{OFF}<p>乙</p>{ON}<p>丙</p>", ["甲", "丙"]),
        ("latex", "甲\n\n% sdcl-disable\n乙\n\n%% sdcl-enable\n丙", ["甲", "丙"]),
        ("latex", "甲，\n乙 % sdcl-disable-line\n丙", ["甲，", "丙"]),
        ("rst", "甲\n\n.. sdcl-disable\n\n乙\n\n.. sdcl-enable\n\n丙", ["甲", "丙"]),
        ("po", 'msgid "a"\nmsgstr "甲"\n\n# sdcl-disable\nmsgid "b"\nmsgstr "乙"\n\n'
         '# sdcl-enable\nmsgid "c"\nmsgstr "丙"\n', ["甲", "丙"]),
        ("subtitles", "WEBVTT\n\n00:01.000 --> 00:02.000\n甲\n\nNOTE sdcl-disable\n\n"
         "00:03.000 --> 00:04.000\n乙\n", ["甲"]),
        ("text", f"甲。\n{OFF}\n乙。\n  {ON}  \n丙。", ["甲。", "丙。"]),
        ("text", "# sdcl-disable\n甲\n# sdcl-enable\n乙", ["乙"]),
        ("text", f"我写 {OFF} 在行里", [f"我写 {OFF} 在行里"]),
        ("csv", f"甲\n{OFF}\n乙\n", [OFF, "乙"]),
    ],
)  # fmt: skip
def test_comments_switch_correction_off(kind, source, expected):
    columns = ["*"] if kind == "csv" else []
    assert texts(kind, source, columns) == expected
    assert texts(kind, "\ufeff" + source.replace("\n", "\r\n"), columns) == expected
