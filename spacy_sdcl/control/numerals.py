"""Numerals: which number was meant, no text around it can tell, so that none becomes another."""

import re
from collections.abc import Iterator
from functools import cache

from ..types import Hold

# As amounts are written. Some of them are ordinary characters, too: 大陆, 队伍, 收拾, 放肆.
FINANCIAL = "壹贰貳叁叄肆伍陆陸柒捌玖拾佰仟"
ORDINARY = "〇零一二三四五六七八九十百千万萬亿億兆两兩廿卅"
# 参 is another writing of 叁, and hardly ever one in other words.
VARIANTS = "参參"
NUMERALS = re.compile(f"[{FINANCIAL}{ORDINARY}]")
# Two in a row are an amount and no word, and the unit of money behind them is a part of it.
AMOUNT = re.compile(f"[{FINANCIAL}零万萬亿億]{{2,}}(?:[元圆圓][整正]?)?")
IN_A_ROW = re.compile(f"[{FINANCIAL}]{{2}}")
# What stands beside a numeral in a number, or behind one.
DIGITS = f"{FINANCIAL}{ORDINARY}0123456789０１２３４５６７８９"
BEFORE = f"{DIGITS}第初"
BEHIND = (
    f"{DIGITS}个個只隻条條名位次岁歲年月日号號天周点點时時分秒元圆圓角厘整米里斤吨噸亩畝多余几%％"
)
REASON = "numeral"


def find_numerals(text: str) -> Iterator[tuple[int, Hold]]:
    """Find the numerals of a text.

    text (str): A text.
    YIELDS (tuple[int, Hold]): The offset of each, and of the unit of money behind an amount, and what it
        may not become; two holds for a numeral of an amount in financial ones, the stricter first.
    """
    for match in AMOUNT.finditer(text):
        if not IN_A_ROW.search(match[0]):
            continue
        hold = Hold(REASON, f"part of the amount {match[0]!r}")
        for i in range(*match.span()):
            yield i, hold
    for match in NUMERALS.finditer(text):
        start, end = match.span()
        counts = start > 0 and text[start - 1] in BEFORE
        counts = counts or (end < len(text) and text[end] in BEHIND)
        yield start, _hold(match[0] in FINANCIAL, counts)


@cache
def _hold(financial: bool, counts: bool) -> Hold:
    against = ORDINARY
    if financial or counts:
        # Elsewhere 队五 may be 队伍.
        against += FINANCIAL
    if counts:
        against += VARIANTS
    return Hold(REASON, "a numeral does not become another", against)
