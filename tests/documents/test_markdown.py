import pytest
from document_samples import passages, texts


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("很**高行**", ["很高行"]),
        ("很***高***行~~了~~", ["很高行了"]),
        ("**高行。**他说", ["高行。他说"]),  # no emphasis to CommonMark, but meant as one
        ("2 * 3 * 4 很_高_行", ["2 * 3 * 4 很_高_行"]),
        ("我今天很高\n行，好", ["我今天很高行，好"]),
        ("我用 Python\nand 你", ["我用 Python and 你"]),
        ("> 很高\n> 行\n\n>很\n懒惰的续行", ["很高行", "很懒惰的续行"]),
        ("> > 很高\n> > 行", ["很高行"]),
        ("- > 很高\n  > 行", ["很高行"]),
        ("1. 甲\n\n\t乙\n\n   丙", ["甲", "乙", "丙"]),
        ("第一行  \n第二行\\\n第三行<br>第四行", ["第一行", "第二行", "第三行", "第四行"]),
        ("[很高](u '标题')行，[甲][a]、[乙][]\n\n[a]: u '标题'", ["很高行，甲、[乙][]"]),
        ("[很**高![图](p)**](u)行", ["很高\ufffc行"]),
        ("![图片说明](p)", []),
        ("`a` 和 ``b ` c`` 和 ` 很高", ["\ufffc 和 \ufffc 和 ` 很高"]),
        ("价格是$5和$6，设 $x$ 为", ["价格是$5和$6，设 \ufffc 为"]),
        ("$$\n公式\n$$", []),
        ("很\\*高\\行 &#34892;&amp;&nosuch;", ["很*高\\行 行&&nosuch;"]),
        ("标题\n===\n\n次\n--\n\n## 很*高*行 ##", ["标题", "次", "很高行"]),
        ("| 甲\\|乙 | **丙** |\n|--|--|\n| 丁 | `x` 戊 |", ["甲|乙", "丙", "丁", "\ufffc 戊"]),
        ("> | 甲 | 甲 |\n> |--|--|\n> |  | 甲 |", ["甲", "甲", "甲"]),
        ("    代码\n\n```\n代码\n```\n\n~~~ 说明\n代码\n", []),
        ("---\n题: 目\n---\n正文", ["正文"]),
        ("+++\n题 = '目'\n+++\n正文", ["正文"]),
        ("正文\n\n---\n\n题: 目", ["正文", "题: 目"]),
        ("<div>\n很<b>高</b>行\n</div>\n\n<pre>\n代码\n\n代码</pre>", ["很高行"]),
        ("> <p>很高\n> 行</p>", ["很高行"]),
        ("很<b>高</b>行<code>甲</code><!-- 乙 --><kbd>丙</kbd>", ["很高行\ufffc\ufffc"]),
        ("很[^1]高\n\n[^1]: 脚注\n    续行\n\n    又一段", ["很\ufffc高", "脚注续行", "又一段"]),
        ("<http://例.com> 和 http://例.com", ["\ufffc 和 http://例.com"]),
        ("很高<b>行", ["很高行"]),
        ("很高`行", ["很高`行"]),
        ("很[高行", ["很[高行"]),
    ],
)
def test_the_prose_of_markdown_is_read(source, expected):
    assert texts("markdown", source) == expected
    assert texts("markdown", source.replace("\n", "\r\n")) == expected


def test_lists_may_be_nested_deeply():
    source = "".join(f"{'  ' * level}- 第{level}层\n" for level in range(30))
    assert texts("markdown", source) == [f"第{level}层" for level in range(30)]


def test_the_place_of_a_cell_is_its_own_where_two_hold_the_same():
    source = "| 甲 | 甲 |\n|--|--|\n"
    assert [passage.starts.tolist() for passage in passages("markdown", source)] == [[2], [6]]


def test_a_description_that_is_parsed_by_itself_leaves_no_trace():
    (passage,) = passages("markdown", "![**甲**](p)乙")
    assert passage.text == "\ufffc乙"
    assert (passage.starts[0], passage.ends[0]) == (0, 11)
