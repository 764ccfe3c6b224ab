"""Characters that Simplified writing does not tell apart, and Traditional writing does.

頭發 is written for 頭髮, 面條 for 麵條: both become the same Simplified characters, so that what reads
those sees no error. Which is the usual one is known of the words in usual_forms.txt, from OpenCC's
table of phrases (see its first lines).
"""

from functools import cache
from importlib.resources import files

WORDS_FILE = "usual_forms.txt"
# A line of it that begins so has words whose writing is not sure.
OTHERS = "~"
# Groups of characters of different meaning that are one in Simplified writing. Those that may stand
# for one another without an error (註注, 週周, 佔占, 儘盡, 遊游), and those of regions (裡裏里, 著着), are
# not here.
GROUPS = (
    "丑醜 云雲 仆僕 余餘 出齣 划劃 制製 卷捲 曆歷 發髮 台颱 后後 咸鹹 准準 几幾 姜薑 乾干幹 征徵 御禦 斗鬥 松鬆 "
    "谷穀 簽籤 系係繫 舍捨 范範 表錶 別彆 鍾鐘 面麵 須鬚 獲穫 辟闢 佣傭 沖衝 症癥 郁鬱 復複"
)
# The first is written for the second; the other way round it is either no error or another matter.
WRITTEN_FOR = (
    "隻只 嚮向 吁籲 夸誇 愿願 朴樸 致緻 緻致 筑築 鬍胡 苹蘋 种種 淀澱 采採 涂塗 丰豐 卜蔔 千韆 秋鞦"
)


@cache
def confused_pairs() -> frozenset[tuple[str, str]]:
    """Which characters are written for which.

    RETURNS (frozenset[tuple[str, str]]): The wrong one and the usual one.
    """
    both = {(a, b) for group in GROUPS.split() for a in group for b in group if a != b}
    return frozenset(both | {(pair[0], pair[1]) for pair in WRITTEN_FOR.split()})


def usual_words() -> tuple[list[str], list[str]]:
    """List the words whose writing is known, in Traditional characters as Taiwan has them.

    RETURNS (tuple[list[str], list[str]]): Those whose writing is sure, and others, which only tell
        where it is not: 機制 in 機制作用, where 製作 is no word.
    """
    sure: list[str] = []
    others: list[str] = []
    for line in files(__package__).joinpath(WORDS_FILE).read_text(encoding="utf-8").splitlines():
        if line.startswith(OTHERS):
            others += line.removeprefix(OTHERS).split()
        elif not line.startswith("#"):
            sure += line.split()
    return sure, others
