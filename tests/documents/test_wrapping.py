import pytest
from document_samples import texts


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
