import pytest
from document_samples import passages, texts

from spacy_sdcl.documents.errors import MalformedDocument


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("很\\ **高**\\ 行，*好*\n了", ["很高行，好了"]),
        ("很**高**行", ["很高行"]),  # no markup to docutils, but meant as one
        ("2 * 3 很*高", ["2 * 3 很*高"]),
        ("``甲`` 与 `乙 <u>`_、 `丙`_ 和 |丁| 与 [1]_ ，_`戊` 。\n", ["\ufffc 与 乙、 丙 和 \ufffc 与 \ufffc ，戊 。"]),
        (":ref:`甲 <乙>` :doc:`丙` :guilabel:`丁` :func:`戊` `己`:sub: `庚`", ["甲 \ufffc 丁 \ufffc 己 庚"]),
        ("\\*很\\`高", ["*很`高"]),
        ("====\n标题\n====\n\n小标题\n------\n\n正文", ["标题", "小标题", "正文"]),
        ("* 甲\n  乙\n\n  #. 丙\n\n- 丁", ["甲乙", "丙", "丁"]),
        ("甲::\n\n  代码\n\n乙", ["甲:", "乙"]),
        (".. code:: python\n\n   代码\n\n.. math::\n\n   公式\n\n乙", ["乙"]),
        (".. note:: 甲\n   乙\n\n   丙", ["甲乙", "丙"]),
        (".. versionadded:: 1.0\n\n   甲\n\n   * 乙\n     丙", ["甲", "乙丙"]),
        ("* .. seealso:: a\n\n     甲", ["甲"]),
        (".. toctree::\n\n   甲\n\n.. mermaid::\n\n   乙", []),
        (".. image:: a\n   :alt: 甲\n\n.. figure:: a\n\n   乙", ["乙"]),
        (".. 注释\n   还是\n\n.. _甲: http://乙\n\n.. |甲| replace:: 丙", ["丙"]),
        (".. [1] 甲\n   乙", ["甲乙"]),
        (".. include:: /etc/passwd\n\n.. raw:: html\n\n   甲\n\n乙", ["乙"]),
        ("+--+--+\n|甲|乙|\n|丙|乙|\n+--+--+", ["甲丙", "乙乙"]),
        ("==  ==\n甲  乙\n==  ==\n丙  甲\n==  ==", ["甲", "乙", "丙", "甲"]),
        (":作者: 甲\n       乙", ["作者", "甲乙"]),
        ("词\n  解释\n  续", ["词", "解释续"]),
        ("| 甲\n| 乙", ["甲", "乙"]),
        (">>> 甲\n乙\n\n丙", ["丙"]),
        ("甲\t乙\n丙", ["甲       乙丙"]),
    ],
)  # fmt: skip
def test_the_prose_of_restructuredtext_is_read(source, expected):
    assert texts("rst", source) == expected
    assert texts("rst", source.replace("\n", "\r\n")) == expected


def test_two_cells_with_the_same_text_have_places_of_their_own():
    source = "==  ==\n甲  甲\n==  ==\n甲  甲\n==  ==\n"
    starts = [passage.starts.tolist() for passage in passages("rst", source)]
    assert starts == [[7], [10], [19], [22]]


def test_blocks_that_are_nested_too_deeply_are_named():
    with pytest.raises(MalformedDocument, match="blocks are nested too deeply"):
        texts("rst", "".join(f"{' ' * level}甲\n\n" for level in range(2_000)))


def test_nothing_is_written_to_the_screen(capfd):
    assert texts("rst", "*甲\n\n.. 乙::\n\n``丙\n\n标题\n=\n") == ["*甲", "``丙", "标题="]
    assert capfd.readouterr() == ("", "")
