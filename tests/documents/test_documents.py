"""What all formats have in common, on documents as people make them."""

import random

import numpy as np
import pytest
from document_places import check_places, with_others
from document_samples import SAMPLES

from spacy_sdcl.documents.kinds import KINDS
from spacy_sdcl.language.characters import is_cjk

by_name = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)

EXPECTED = {
    "diary.txt": [
        "今天是星期天，天气很好，我和弟弟一起去公园放风筝，公园里有很多人，大家都很高兴。我们玩了一个下午才回家。",
        "静夜思",
        "床前明月光，",
        "疑是地上霜。",
        "购物清单",
        "苹果",
        "牛奶",
        "1. 打扫房间",
        "2. 洗衣服，然后",
        "晒干",
    ],
    "notes.md": [
        "山里的周末",
        "上个星期六，我和同学一起去爬山。山路很陡，大家走得很慢，可是谁也没有说累，见路线图。",
        "老师说：早点出发，路上注意安全—不要走散。",
        "我们记住了，\ufffc 也没忘。",
        "带上水壶和雨衣，还有一把手电筒",
        "[ ] 检查背包",
        "地图",
        "指南针",
        "制表符缩进的一段",
        "时间",
        "安排 | 地点",
        "早上",
        "在校门口集合",
        "下午",
        "下山",
        "晚上气温降到 \ufffc，星星很亮\ufffc，特别亮。",
        "我们唱了歌，又讲了很长很长的故事😀，\ufffc，\ufffc真好。",
        "那天看到了北斗七星。",
        "这里是 HTML 里面的文字。",
        "第二天",
        "回家以后我写了这篇日记。完。谢谢",
    ],
    "page.html": [
        "菜市场 & 我",
        "早上的菜市场",
        "妈妈每天早上都去菜市场买菜，那里的蔬菜很新鲜，价格也不贵。",
        "卖鱼的叔叔说“今天的鱼刚到”，\ufffc元一斤",
        "真便宜\xa0！",
        "白菜",
        "萝卜，很甜",
        "土豆",
        "三块",
        "番茄",
        "四块",
        "他用\ufffc写了汉字两个字。",
        "1 < 2 而且没有关上的标签",
        "下一块",
        "确定",
        "\ufffc结尾𠮷",
    ],
    "paper.tex": [
        "短标题",
        "研究的背景",
        "这里指的是日常生活。",
        "近年来，随着网络的发展，人们的生活发生了很大的变化\ufffc。我们用\ufffc排版，结果见图\xa0\ufffc和\ufffc，“提高”了 12% 左右。",
        "当 \ufffc 时，函数\ufffc是连续的；程序是\ufffc。",
        "第一点很重要，不能忘记",
        "其次",
        "第二点也重要",
        "这一段用楷书，这几个字是红色的",
        "换了一行。",
        "实验的结果",
        "方法",
        "正确率",
        "旧的",
        "九成",
        "\ufffc最后，感谢大家的帮助。没有关上的括号",
    ],
    "manual.rst": [
        "使用手册",
        "作者",
        "小林",
        "日期",
        "星期一",
        "安装以后，请先阅读这一节的说明，再打开程序，不然有些功能找不到。参见 主页 和常见问题，命令是 \ufffc，见 \ufffc。",
        "第一步，打开文件并选择语言",
        "第二步，保存",
        "词典",
        "一个文件，里面是常用的词。",
        "保存以前要检查，否则会丢失内容。",
        "例如:",
        "名称",
        "说明",
        "大小",
        "文件的长度",
        "颜色",
        "用途",
        "红色",
        "警告",
        "一行一行的",
        "文字",
        "见附录里面的表格。",
        "主窗口的样子",
        "新增了导出的功能。",
    ],
    "film.srt": [
        "你终于回来了，我等了你很久。",
        "- 路上堵车了",
        "- 没关系",
        "3 < 5 吗？",
    ],
    "film.vtt": [
        "你好 & 再见我们走吧。",
        "外面下雨了",
    ],
    "film.ass": [
        "明天去图书馆，好吗？",
        "好\xa0的，几点",
    ],
    "zh.po": [
        "打开文件",
        '请先保存您的文件，再关闭"窗口"。',
        "不然会丢失。",
        "共有 \ufffc 个文件",
        "共有 \ufffc 个文件\t哦",
    ],
    "lesson.ipynb": [
        "第一课",
        '这节课我们学习怎样画图，请先看"说明"，再运行下面的代码😀😀。',
        "别忘了保*存。",
        "最后一格\t没有列表",
    ],
    "shop.csv": [
        "味道很好，下次再来",
        '老板说"欢迎",',
        "我们都笑了。",
        "有点, 贵",
    ],
    "shop.tsv": [
        "评论",
        '颜色"很"漂亮',
        "带\t制表符",
    ],
    "talk.jsonl": [
        "我们明天去学校。",
        "里面的字",
        "列表里的一句",
        "又一句",
    ],
    "words.json": [
        "首页",
        "打开/关闭",
        "甲组",
        "乙组𠮷",
    ],
}


def test_each_format_has_a_sample():
    assert {sample.kind for sample in SAMPLES} == set(KINDS)


@by_name
def test_of_a_document_its_prose_is_read(sample):
    assert [passage.text for passage in sample.passages()] == EXPECTED[sample.name]


@by_name
def test_line_ends_and_byte_order_marks_make_no_difference(sample):
    for source in (
        sample.source.replace("\n", "\r\n"),
        "\ufeff" + sample.source,
        "\ufeff" + sample.source.replace("\n", "\r\n"),
    ):
        found = sample.passages(source)
        assert [passage.text for passage in found] == EXPECTED[sample.name]
        check_places(source, found)


@by_name
def test_each_character_has_the_place_of_what_stands_for_it(sample):
    check_places(sample.source, sample.passages())


@by_name
@pytest.mark.parametrize("seed", range(5))
def test_a_changed_character_changes_no_more_than_itself(sample, seed):
    found = sample.passages()
    source, changed = with_others(sample.source, found, random.Random(seed).choice)
    assert [passage.text for passage in sample.passages(source)] == changed


@by_name
def test_no_part_of_a_document_is_read_twice(sample):
    starts = np.concatenate([passage.starts for passage in sample.passages()])
    chinese = [start for start in starts.tolist() if is_cjk(sample.source[start])]
    assert len(set(chinese)) == len(chinese)
