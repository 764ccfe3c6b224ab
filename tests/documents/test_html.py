import pytest
from document_samples import passages, texts


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("我今天很高<b>行</b>", ["我今天很高行"]),
        ("<P>很<SPAN CLASS=a>高</SPAN>\n    行</P>", ["很高行"]),
        ("<p>甲<p>乙<div>丙</div>丁", ["甲", "乙", "丙", "丁"]),
        ("甲<br>乙<hr/>丙<wbr>丁", ["甲", "乙", "丙丁"]),
        ("<p>很<code>a</code>高<kbd>b</kbd>行", ["很\ufffc高\ufffc行"]),
        ("<p>很<code>没有关<p>高行", ["很\ufffc", "高行"]),
        ("<pre>甲<code>乙</code></pre>丙<textarea>丁</textarea>", ["丙"]),
        ("<script>'</p>甲'</script><style>乙</style>丙", ["丙"]),
        ("<title>甲&amp;<b></title><template>乙</template>", ["甲&<b>"]),
        ("<a title='甲>乙' alt=丙>丁</a>", ["丁"]),
        ("<!-- 甲 > 乙 --->丙<!doctype x><?php 丁 ?><![CDATA[戊]]>己", ["丙己"]),
        ("甲<!>乙<!--> 丙 <!-- 丁", ["甲乙 丙"]),
        (
            "1 < 2，a <3 &lt; 4 & 5 &amp 6 &#34892;&#x884c;&#0;",
            ["1 < 2，a <3 < 4 & 5 & 6 行行\ufffd"],
        ),
        ("<ruby>汉<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby>字", ["汉字"]),
        ("<p lang=en>甲</p><p>乙<i lang=ja>丙</i>丁</p>", ["乙\ufffc丁"]),
        ("<div lang=ja>甲<span lang=zh-TW>乙</span>丙</div>", ["乙"]),
        ('<html lang="en"><p>甲', ["甲"]),
        ('<html lang="ja"><p>甲', []),
        ('<p translate="no">甲</p>乙', ["乙"]),
        ("<ul><li>甲<li>乙<ul><li>丙</ul>丁</ul>", ["甲", "乙", "丙", "丁"]),
        ("<table><tr><th>甲<td>乙<tr><td>丙</table>", ["甲", "乙", "丙"]),
        ("<dl><dt>甲<dd>乙<dt>丙</dl><select><option>丁<option>戊</select>", ["甲", "乙", "丙"]),
        ("<p>甲</b>乙</i></p>", ["甲乙"]),
        ("<b><p>甲</b>乙</p>", ["甲乙"]),
        ("甲<a href='没有关上>乙</a>", ["甲"]),
        ("甲<svg><text>乙</text></svg><img src=x alt=丙>丁", ["甲\ufffc\ufffc丁"]),
        ("甲<my-tag>乙</my-tag>", ["甲", "乙"]),
        ("甲&nbsp;\n&nbsp;乙", ["甲\xa0 \xa0乙"]),
    ],
)
def test_the_prose_of_html_is_read(source, expected):
    assert texts("html", source) == expected


def test_elements_may_be_nested_deeper_than_any_browser_reads():
    assert texts("html", "<div><b>" * 5_000 + "甲" + "</div>" * 5_000 + "乙") == ["甲", "乙"]


def test_an_entity_has_one_place():
    (passage,) = passages("html", "很&#34892;&NotEqualTilde;")
    assert passage.text == "很行≂̸"
    assert passage.starts.tolist() == [0, 1, 9, 9]
    assert passage.ends.tolist() == [1, 9, 24, 24]
