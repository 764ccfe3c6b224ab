import pytest

from spacy_sdcl.data.formats import read_pairs
from spacy_sdcl.types import Pair

FIRST = Pair("他每天坐公車上學。", "他每天坐公車上學。", "T1-0001-1")
LAST = Pair("貓在屋頂上睡角。", "貓在屋頂上睡覺。", "T1-0009-1")


def mistake(id, location, wrong, correct):
    return (
        f'<MISTAKE id="{id}" location="{location}">\n'
        f"<WRONG>{wrong}</WRONG>\n<CORRECTION>{correct}</CORRECTION>\n</MISTAKE>\n"
    )


def passage(id, text):
    return f'<PASSAGE id="{id}">{text}</PASSAGE>\n'


def essay(passages, mistakes=""):
    return f'<ESSAY title="信">\n<TEXT>\n{passages}</TEXT>\n{mistakes}</ESSAY>\n\n'


BEFORE = essay(passage(FIRST.id, FIRST.source))  # Lines 1 to 6.
AFTER = essay(passage(LAST.id, LAST.source), mistake(LAST.id, 7, "睡角", "睡覺"))
START = 7  # The line in which what stands between them begins.


def read(tmp_path, content, encoding="utf-8"):
    path = tmp_path / "training.sgml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    problems = []
    pairs = list(read_pairs(path, on_problem=problems.append))
    assert all(problem.path == str(path) for problem in problems)
    return pairs, [(problem.line, problem.kind) for problem in problems]


def read_between(tmp_path, content):
    pairs, problems = read(tmp_path, BEFORE + content + AFTER)
    assert (pairs[0], pairs[-1]) == (FIRST, LAST), "the neighbours are lost"
    return [(pair.id, pair.source, pair.target) for pair in pairs[1:-1]], problems


def test_several_mistakes_of_a_passage_are_all_corrected(tmp_path):
    between = essay(
        passage("a-1", "我門在公圓裡跑不。") + passage("a-2", "天氣真好。"),
        mistake("a-1", 2, "我門", "我們")
        + mistake("a-1", 5, "公圓裡", "公園裡")
        + mistake("a-1", 8, "跑不", "跑步"),
    )
    assert read_between(tmp_path, between) == (
        [("a-1", "我門在公圓裡跑不。", "我們在公園裡跑步。"), ("a-2", "天氣真好。", "天氣真好。")],
        [],
    )


def test_mistake_listed_once_per_wrong_character_of_its_phrase(tmp_path):
    twice = mistake("a-1", 3, "在見面", "再見面") + mistake("a-1", 3, "在見面", "再見面")
    pairs, problems = read_between(tmp_path, essay(passage("a-1", "明天在見面吧。"), twice))
    assert pairs == [("a-1", "明天在見面吧。", "明天再見面吧。")]
    assert problems == []


def test_samples_of_2013(tmp_path):
    content = (
        '<DOC Nid="00901">\n<P>雨停了，我們出法吧。</P> \n<TEXT>\n<MISTAKE wrong_position=8>\n'
        "<WRONG>出法</WRONG>\n<CORRECT>出發</CORRECT>\n</MISTAKE>\n</TEXT>\n</DOC>\n\n"
        '<DOC Nid="00902">\n<p>雨停了。</p>\n<TEXT>\n<MISTAKE wrong_position=0>\n</MISTAKE>\n'
        "</TEXT>\n</DOC>\n"
    )
    assert read(tmp_path, content) == (
        [
            Pair("雨停了，我們出法吧。", "雨停了，我們出發吧。", "00901"),
            Pair("雨停了。", "雨停了。", "00902"),
        ],
        [],
    )


def test_generated_sentences_of_wang271k(tmp_path):
    content = (
        "<SENTENCE>\n<TEXT>这条河很身。</TEXT>\n<MISTAKE>\n<LOCATION>5</LOCATION>\n"
        "<WRONG>身</WRONG>\n<CORRECTION>深</CORRECTION>\n</MISTAKE>\n</SENTENCE>\n"
        "<SENTENCE>\n<TEXT>船慢慢靠岸。</TEXT>\n</SENTENCE>\n"
    )
    assert read(tmp_path, content) == (
        [Pair("这条河很身。", "这条河很深。"), Pair("船慢慢靠岸。", "船慢慢靠岸。")],
        [],
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_byte_order_mark_and_line_ends_survive(tmp_path, encoding, line_end):
    pairs, problems = read(tmp_path, (BEFORE + AFTER).replace("\n", line_end), encoding)
    assert (pairs, problems) == ([FIRST, LAST], [])


def test_line_end_within_a_passage_is_one_character(tmp_path):
    between = essay(passage("a-1", "雨停\n樂。"), mistake("a-1", 4, "樂", "了"))
    pairs, problems = read(tmp_path, between.replace("\n", "\r\n"))
    assert pairs == [Pair("雨停\n樂。", "雨停\n了。", "a-1")]
    assert problems == []


def test_mistake_on_one_line_and_stray_angle_bracket(tmp_path):
    between = essay(
        passage("a-1", "他說３<５，我不新。"),
        '<MISTAKE id="a-1" location="9"><WRONG>不新</WRONG><CORRECTION>不信</CORRECTION></MISTAKE>\n',
    )
    assert read_between(tmp_path, between) == (
        [("a-1", "他說３<５，我不新。", "他說３<５，我不信。")],
        [],
    )


# What leaves no doubt is repaired, with or without a note.
@pytest.mark.parametrize(
    ("text", "location", "wrong", "correct", "expected", "kinds"),
    [
        ("我在書房看輸。", 5, "看輸", "看書", "我在書房看書。", []),
        ("我在書房看輸。", 1, "看輸", "看書", "我在書房看書。", ["WRONG is not at its location"]),
        ("我在書房看輸。", 99, "看輸", "看書", "我在書房看書。", ["WRONG is not at its location"]),
        ("我在書房看輸。", 6, "看輸 ", " 看書", "我在書房看書。", []),
        ("我要看看看。", 4, "看看", "再看", "我要看再看。", []),
        ("我在書房看輸。　", 6, "看輸", "看書", "我在書房看書。", []),
    ],
)
def test_unambiguous_place_is_found(tmp_path, text, location, wrong, correct, expected, kinds):
    between = essay(passage("a-1", text), mistake("a-1", location, wrong, correct))
    pairs, problems = read_between(tmp_path, between)
    assert pairs == [("a-1", text.strip(), expected)]
    assert [kind for _, kind in problems] == kinds


# A mistake that cannot be applied costs its passage, as the others would leave an error in it.
@pytest.mark.parametrize(
    ("location", "wrong", "correct", "kind"),
    [
        (4, "打求", "打球", "WRONG does not occur"),
        (4, "圍奇", "圍棋子", "unequal lengths"),
        (4, "圍奇", "", "malformed record"),
        (4, "", "圍棋", "malformed record"),
        (4, "圍奇", "圍奇", "correction without effect"),
        ("四", "圍奇", "圍棋", "bad location"),
        (-1, "圍奇", "圍棋", "bad location"),
        ("", "圍奇", "圍棋", "bad location"),
        (4, "愛", "受", "WRONG is not at its location"),  # One character may be chance.
        (13, "下圍奇", "下圍棋", "WRONG is not at its location"),  # Occurs twice, but not there.
    ],
)
def test_bad_mistake_costs_its_passage_only(tmp_path, location, wrong, correct, kind):
    text = "我下圍奇，他也很愛下圍奇和跳奇。"
    between = essay(
        passage("a-1", text) + passage("a-2", "他喜歡畫話。"),
        mistake("a-1", 15, "跳奇", "跳棋")
        + mistake("a-1", location, wrong, correct)
        + mistake("a-2", 5, "畫話", "畫畫"),
    )
    pairs, problems = read_between(tmp_path, between)
    assert pairs == [("a-2", "他喜歡畫話。", "他喜歡畫畫。")]
    assert problems == [(START + 9, kind)]


def test_contradictory_mistakes_at_one_place(tmp_path):
    mistakes = mistake("a-1", 5, "跳五", "跳舞") + mistake("a-1", 5, "跳五", "跳午")
    pairs, problems = read_between(tmp_path, essay(passage("a-1", "她很會跳五。"), mistakes))
    assert pairs == []
    assert problems == [(START + 8, "contradictory mistakes")]


def test_every_bad_mistake_of_a_passage_is_listed_but_one_record_skipped(tmp_path):
    path = tmp_path / "training.sgml"
    mistakes = mistake("a-1", 1, "天汽", "天氣") + mistake("a-1", 1, "雨", "雨傘")
    path.write_text(essay(passage("a-1", "下雨了。"), mistakes), encoding="utf-8")
    problems = []
    assert list(read_pairs(path, on_problem=problems.append)) == []
    assert [problem.line for problem in problems] == [5, 9]
    assert [problem.skipped for problem in problems] == [True, False]


def test_repeated_passage_id_keeps_the_first(tmp_path):
    one = essay(passage("a-1", "花開得很每。"), mistake("a-1", 5, "很每", "很美"))
    two = essay(passage("a-1", "鳥在樹上畫。"), mistake("a-1", 5, "上畫", "上叫"))
    pairs, problems = read_between(tmp_path, one + two)
    assert pairs == [("a-1", "花開得很每。", "花開得很美。")]
    assert problems == [(START + one.count("\n") + 2, "repeated id")]


def test_mistake_of_unknown_passage_makes_those_with_its_phrase_uncertain(tmp_path):
    passages = passage("a-1", "今天很令。") + passage("a-2", "我要喝水。")
    pairs, problems = read_between(tmp_path, essay(passages, mistake("a-7", 4, "很令", "很冷")))
    assert pairs == [("a-2", "我要喝水。", "我要喝水。")]
    assert problems == [(START + 5, "bad id"), (START + 2, "uncertain passage")]


@pytest.mark.parametrize(
    ("content", "offset", "kind"),
    [
        (essay('<PASSAGE id="a-1">門沒有關\n'), 2, "malformed record"),
        (essay('<PASSAGE id="a-1"門沒有關</PASSAGE>\n'), 2, "malformed record"),
        (essay("<PASSAGE>門沒有關。</PASSAGE>\n"), 2, "bad id"),
        (essay(passage("a-1", " ")), 2, "malformed record"),
        (essay(""), 0, "malformed record"),
        ('<DOC Nid="1">\n</DOC>\n', 0, "malformed record"),
        (
            essay(passage("a-1", "門沒有官。"), '<MISTAKE id="a-1" location="4">\n'),
            4,
            "malformed record",
        ),
    ],
)
def test_malformed_passage(tmp_path, content, offset, kind):
    pairs, problems = read_between(tmp_path, content)
    assert pairs == []
    assert problems == [(START + offset, kind)]


def test_unclosed_passage_loses_neither_its_neighbour_nor_reports_its_mistakes(tmp_path):
    passages = '<PASSAGE id="a-1">門沒有官。\n' + passage("a-2", "窗戶官了。")
    mistakes = mistake("a-1", 4, "沒有官", "沒有關") + mistake("a-2", 3, "官了", "關了")
    pairs, problems = read_between(tmp_path, essay(passages, mistakes))
    assert pairs == [("a-2", "窗戶官了。", "窗戶關了。")]
    assert problems == [(START + 2, "malformed record")]


def test_line_that_is_not_utf8_costs_its_record(tmp_path):
    bad = essay(passage("a-1", "壞行") + passage("a-2", "好行。"))
    content = (BEFORE + bad + AFTER).encode().replace("壞行".encode(), "壞行".encode("big5"))
    pairs, problems = read(tmp_path, content)
    assert pairs == [FIRST, Pair("好行。", "好行。", "a-2"), LAST]
    assert problems == [(START + 2, "not UTF-8"), (START + 2, "malformed record")]


def test_mistake_in_a_line_that_is_not_utf8_costs_its_passage(tmp_path):
    bad = essay(passage("a-1", "我很高行。"), mistake("a-1", 4, "高行", "壞行"))
    content = (BEFORE + bad + AFTER).encode().replace("壞行".encode(), "壞行".encode("big5"))
    pairs, problems = read(tmp_path, content)
    assert pairs == [FIRST, LAST]
    assert problems == [(START + 6, "not UTF-8"), (START + 4, "malformed record")]
