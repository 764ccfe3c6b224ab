import pytest
from document_samples import texts

from spacy_sdcl.documents.errors import MalformedDocument

HEADER = 'msgid ""\nmsgstr ""\n"Language: {}\\n"\n\n'


def catalogue(text, language="zh_CN"):
    return HEADER.format(language) + text


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ('msgid "不读"\nmsgstr "很高行"', ["很高行"]),
        ('msgid ""\n"不读"\nmsgstr ""\n"很高"\n"行"', ["很高行"]),
        ('msgctxt "不读"\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "甲"\nmsgstr[1] "乙"', ["甲", "乙"]),
        ('#, fuzzy\n#| msgid "不读"\nmsgid "a"\nmsgstr "甲"', ["甲"]),
        ('#~ msgid "a"\n#~ msgstr "不读"', []),
        ('msgid "a"\nmsgstr "甲\\n\\n乙\\t\\"丙\\"\\\\"', ["甲", '乙\t"丙"\\']),
        ('msgid "a"\nmsgstr "甲%d乙%(name)s丙{x}丁%1$s戊100%的<b>己</b>"',
         ["甲\ufffc乙\ufffc丙\ufffc丁\ufffc戊100%的己"]),
        ('msgid "a"\nmsgstr "甲\u2028乙"', ["甲\u2028乙"]),
        ('  msgid "a"\n  msgstr "甲"  ', ["甲"]),
        ('msgid "a"\nmsgstr "甲"\nmsgid "b"\nmsgstr "乙"', ["甲", "乙"]),
    ],
)  # fmt: skip
def test_the_translations_of_a_catalogue_are_read(entry, expected):
    assert texts("po", catalogue(entry)) == expected
    assert texts("po", catalogue(entry).replace("\n", "\r\n")) == expected
    assert texts("po", entry) == expected


@pytest.mark.parametrize("language", ["ja", "en_US"])
def test_a_catalogue_of_another_language_is_left_alone(language):
    assert texts("po", catalogue('msgid "a"\nmsgstr "甲"', language)) == []


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ('msgid "a"\nmsgstr "b" "c"\n', 2),
        ('msgid "a"\nmsgstr "甲"\n\n乙\n', 4),
        ("甲", 1),
        ("setup.cfg", 1),
    ],
)
def test_what_is_no_catalogue_is_named_with_its_line(source, line):
    with pytest.raises(MalformedDocument, match=rf"^line {line}: .*msgfmt"):
        texts("po", source)
