"""Which lines of plain text are read together: wrapped prose, and nothing else."""

import pytest
from document_samples import texts
from hypothesis import given
from hypothesis import strategies as st

from spacy_sdcl.documents.wrapping import LONGEST_BLOCK, cut_blocks, goes_on, stands_alone, width_of


def groups(text):
    """The lines of a text, those that are read together in one list."""
    found = []
    for block in cut_blocks(text.split("\n"), str):
        for line, before in zip(block, [False, *goes_on(block)], strict=False):
            if before:
                found[-1].append(line)
            else:
                found.append([line])
    return found


def apart(text):
    return all(len(group) == 1 for group in groups(text))


PROSE = "我小时候住在外婆家，院子里有一棵很大的枣树。每到秋天，树上就结满了红红的枣子，外婆用长竹竿把它们打下来，分给左邻右舍。"


@pytest.mark.parametrize("size", range(10, 41))
def test_wrapped_prose_is_read_together_unless_all_its_lines_end_where_clauses_do(size):
    lines = [PROSE[start : start + size] for start in range(0, len(PROSE), size)]
    for group in groups("\n".join(lines)):
        assert group[-1] == lines[-1] or group[-1][-1] in "，。"


@pytest.mark.parametrize(
    "text",
    [
        "我今天很高\n行，因为放假了。",
        "他\n门都是我的朋友。",
        "  昨天下午我和妹妹去公园散步，湖边\n的柳树刚刚发芽，很好看。",
        "　　昨天下午我和妹妹去公园散步，湖边\n的柳树刚刚发芽，很好看。",
        "> 昨天下午我和妹妹去公园散步，湖边\n> 的柳树刚刚发芽，很好看。",
        "- 昨天下午我和妹妹去公园散步，湖边\n  的柳树刚刚发芽，很好看。",
        "请你在星期五以前把 GitHub\nrepository 的地址发给我，我看看。",
        "昨天下午我和妹妹去公园散步，湖边  \n的柳树刚刚发芽，很好看。\r",
    ],
)
def test_two_lines_of_a_sentence_are_read_together(text):
    assert len(groups(text)) == 1


def test_a_title_stays_apart_from_the_wrapped_paragraph_below_it():
    title, *lines = [
        "我的家乡",
        "我的家乡在南方的一个小镇上，镇",
        "子不大，一条小河从中间穿过，两",
        "岸都是老房子。",
    ]
    assert groups("\n".join([title, *lines])) == [[title], lines]


@pytest.mark.parametrize(
    "text",
    [
        "床前灯火照窗纱\n门外春风扫落花\n远客不知何处去\n一壶清酒到天涯",
        "山高月小水流长，\n夜静人归犬吠墙。\n一盏孤灯窗下坐，\n半壶新酒等秋霜。",
        "风来了，\n云走了，\n院子里的枣子红了，\n奶奶的头发白了。",
        "苹果\n香蕉\n橘子",
        "张建国\n李秀英\n王小明",
        "北京市海淀区中关村大街\n上海市浦东新区世纪大道\n广州市天河区体育东路",
        "1. 打开手机的设置\n2. 找到“电池”一项\n3. 重新启动手机。",
        "一、会议时间待定\n二、会议地点不变。",
        "（1）检查电源是否接好\n（2）如果仍然没有反应，请联系售后。",
        "- 早上七点起床\n- 跑步三十分钟。",
        "# 我的家乡\n我的家乡在南方。",
        "第三章 雨夜\n那天晚上的雨下得很大。",
        "姓名\t年龄\n张三\t二十五岁。",
        "姓名   年龄\n张三   二十五岁。",
        "品名　　单价\n铅笔　　一元。",
        "| 科目 | 分数 |\n| 语文 | 九十。 |",
        "小明：明天的比赛你去不去\n小红：我想去。",
        "“你今天怎么来得这么晚”\n“路上堵车，等了半个多小时。”",
        "——喂，请问是张老师家吗\n——是的，您是哪位？",
        "今天早上出门的时候忘了带伞，结果下起了大雨\n会议改到星期四下午三点，地点不变",
        "晚上八点在老地方见，不见不散。\n新电脑比旧的快多了。",
        "今天的天气\n\n很好。",
        "　　今天的天气很好\n　　我们去公园。",
        "今天的天气很好\n    我们去公园。",
        "> 今天的天气很好\n我们去公园。",
        "通知\n-----\n明天放假。",
        "2024-05-01 服务启动成功\n2024-05-01 连接数据库。",
        "and so on and so on\nuntil the end of the day.",
        "    return DEFAULTS  # 默认值\n    return parse(path) # 结果。",
    ],
)
def test_other_lines_stay_apart(text):
    assert apart(text)


def test_a_long_line_was_not_wrapped():
    assert apart(f"{PROSE * 3}\n我们去公园。")
    assert apart(f"关于放假的通知\n{PROSE}{PROSE}")


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "",
                "- 早上七点起床",
                "# 题目",
                "我今天很高",
                "行，因为放假了。",
                "　　他",
                "a\tb",
                "\u2028",
            ]
        ),
        st.text("今天的，。：“ \u3000#>|1.a", max_size=30),
    ),
    max_size=30,
)


@given(LINES)
def test_blocks_hold_all_lines_and_one_may_begin_with_any_of_them(lines):
    blocks = list(cut_blocks(lines, str))
    assert [line for block in blocks for line in block] == lines
    for number in range(len(blocks)):
        rest = [line for block in blocks[number:] for line in block]
        assert list(cut_blocks(rest, str)) == blocks[number:]
    for block in blocks:
        joined = goes_on(block)
        assert len(joined) == len(block)
        assert not joined[-1]


def test_a_block_has_a_greatest_length():
    lines = ["今天的天气很好我们去公园散步"] * 10_000
    blocks = list(cut_blocks(lines, str))
    assert len(blocks) > 10
    assert max(sum(map(len, block)) for block in blocks) <= LONGEST_BLOCK


def test_a_line_that_ends_a_sentence_is_handed_on_without_the_next_one():
    def endless():
        while True:
            yield "今天的天气很好。"
            pulled.append(1)

    pulled = []
    blocks = cut_blocks(endless(), str)
    for number in range(5):
        assert next(blocks) == ["今天的天气很好。"]
        assert len(pulled) == number


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("abc", 3), ("今天，", 6), ("“好”…", 8), ("e\u0301\u200b", 1), ("·", 1)],
)
def test_wide_characters_take_two_columns(text, columns):
    assert width_of(text) == columns


# As text is read with its places


@pytest.mark.parametrize(
    "lines",
    [
        ["我今天很高", "行，因为放假了。"],
        ["　　今天下午我们全班同学一起去了科学馆，在那里看到了很多有", "趣的东西，还动手做了实验，大家都觉得时间过得太快了。"],
        ["昨天晚上下了一场很大的雨，", "今天早上起来，我看见院子里到处都是落", "下来的叶子，地也湿了。"],
        ["这个软件可以在 Windows 和", "Linux 上使用，安装的方法很简单。"],
    ],
)  # fmt: skip
def test_wrapped_prose_is_read_as_one(lines):
    assert texts("text", "\n".join(lines)) == ["".join(lines).strip()]
    assert texts("text", "\r\n".join(lines)) == ["".join(lines).strip()]


@pytest.mark.parametrize(
    "lines",
    [
        ["床前明月光，", "疑是地上霜。", "举头望明月，", "低头思故乡。"],
        ["春眠不觉晓", "处处闻啼鸟"],
        ["苹果", "牛奶", "面包"],
        ["- 打扫房间", "- 洗衣服，做饭"],
        ["一、打扫房间", "二、洗衣服，做饭"],
        ["张三：你明天来不来", "李四：不一定，看天气"],
        ["姓名\t年龄", "小明\t八岁，上学"],
        ["今天很热。", "明天会下雨。", "后天呢"],
        ["上一段到这里", "　　下一段，从这里开始。"],
        ["第三节 见面", "第四节 分手，再见"],
    ],
)
def test_other_lines_are_read_by_themselves(lines):
    assert texts("text", "\n".join(lines)) == [line.strip() for line in lines]


def test_a_short_heading_above_wrapped_prose_stays_apart():
    heading = "我们出发了"
    lines = ["天刚亮的时候，我们就背着书包出发了，路上没有什么人，只有几", "只小鸟在树上叫。"]
    assert texts("text", "\n".join([heading, *lines])) == [heading, "".join(lines)]


@pytest.mark.parametrize(
    ("line", "alone"),
    [
        ("我们在学校。", False),
        ("abc def ghi", True),
        ("我们 in a", False),
        ("我们 in a longer", True),
        ("“……”—— ab", False),
        ("𠮷野家 abcdef", False),
        ("𠮷野家 abcdefg", True),
        ("あいう", True),
    ],
)
def test_a_line_is_prose_if_a_third_of_what_is_written_is_chinese(line, alone):
    assert stands_alone(line) == alone
