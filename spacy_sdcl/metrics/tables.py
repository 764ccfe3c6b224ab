"""Figures as Markdown, for the scripts that print them."""

from collections.abc import Iterable, Sequence


def percent(share: float) -> str:
    """Write a share in percent.

    share (float): 0 to 1.
    RETURNS (str): The number, with one digit after the point.
    """
    return f"{100 * share:.1f}"


def digits(value: float) -> str:
    """Write a figure with three digits that count.

    value (float): Any figure.
    RETURNS (str): Whole from a hundred on, with commas from a thousand on.
    """
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out a table: labels in the first column, numbers in the others.

    header (Sequence[str]): The titles of the columns.
    rows (Iterable[Sequence[str]]): The cells of each row.
    RETURNS (str): The table in Markdown.
    """
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, rule, *rows])
