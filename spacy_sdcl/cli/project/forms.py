"""Make the tables of Traditional writing that come with the package, from OpenCC's.

`characters` are those that tell Traditional from Simplified text, `words` those whose usual writing is
sure. Both need the package opencc with its tool opencc_dict.
"""

import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

import typer

from ...control.phrases import PhraseIndex
from ...data.records import atomic_path, log_problem
from ...data.text import read_text
from ...extras import import_extra
from ...language.traditional import convert_text, load_converter
from ...language.usual_forms import OTHERS, WORDS_FILE, confused_pairs
from ...language.writing import CHARACTERS_FILE
from ..options import fail, reported_errors

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)

LANGUAGE = Path(__file__).parents[2] / "language"
SOURCE = (
    "# Computed from the tables of OpenCC {version} (https://github.com/BYVoid/OpenCC, Apache License\n"
    "# 2.0) by project/scripts/forms.py {command}; not to be changed by hand.\n"
)
# In GB 2312, and for all that in hardly any Simplified text.
HARDLY_SIMPLIFIED = "後於"
# Both writings of the first two are right; the last one is mostly two words, 手錶 and 裡面.
LEFT_OUT = ("複習", "重複", "表裡")
# How often jieba's dictionary must have counted a word: short ones come about by chance, where one
# word ends and the next begins.
LEAST = {2: 30}
LEAST_OF_LONGER = 3
# Of the places where a word is found in text, so many may be parts of other words.
MOST_HARMFUL = 0.01
FEW = 5
PER_ROW = 25


@app.command("characters")
@reported_errors()
def characters_command(
    output: Path = typer.Option(LANGUAGE / CHARACTERS_FILE, "--output", "-o", help="The table"),
) -> None:
    """Characters of only one of the two writings: Traditional ones first, then Simplified ones.

    A character that is converted, but belongs to the other writing's own standard as well (乾 to GB
    2312, 后 to Big5), is of both.
    """
    to_simplified = {k: v[0] for k, v in read_table("TSCharacters").items()}
    to_traditional = {k: v[0] for k, v in read_table("STCharacters").items()}
    traditional = [
        a
        for a, b in to_simplified.items()
        if a != b and (a in HARDLY_SIMPLIFIED or not _is_in(a, "gb2312"))
    ]
    simplified = [
        a
        for a, b in to_traditional.items()
        if a != b and a not in traditional and not _is_in(a, "big5")
    ]
    write_table(output, "characters", ["".join(sorted(traditional)), "".join(sorted(simplified))])
    typer.echo(f"{output}: {len(traditional)} Traditional, {len(simplified)} Simplified characters")


@app.command("words")
@reported_errors()
def words_command(
    text: Path = typer.Argument(..., help="Correct Simplified sentences, one a line, .txt or .xz"),
    sentences: int = typer.Option(60_000, help="Read so many of them"),
    output: Path = typer.Option(LANGUAGE / WORDS_FILE, "--output", "-o", help="The table"),
) -> None:
    """Words with a character that could be another of the same Simplified form."""
    jieba = import_extra("jieba", "train")
    jieba.setLogLevel("WARNING")
    jieba.initialize()
    convert = load_converter("s2tw")
    usual = {right for _, right in confused_pairs()}
    of_taiwan = str.maketrans({k: v[0] for k, v in read_table("TWVariants").items()})
    phrases = {
        simple: forms[0].translate(of_taiwan)
        for simple, forms in read_table("STPhrases").items()
        if len(forms) == 1 and len(forms[0]) == len(simple) > 1
    }
    known: dict[str, str] = {}
    others: dict[str, str] = {}
    for simple, count in jieba.dt.FREQ.items():
        if len(simple) == 1 or count < LEAST.get(len(simple), LEAST_OF_LONGER):
            continue
        written = phrases.get(simple) or convert_text(simple, convert)
        if usual.intersection(written):
            is_sure = simple in phrases and written not in LEFT_OUT
            (known if is_sure else others)[simple] = written
    lines = islice(read_text(text, log_problem), sentences)
    chance = set(found_by_chance(known | others, lines, jieba.cut, convert))
    sure = drop_longer((known[simple] for simple in known if simple not in chance), usual)
    unsure = [written for simple, written in others.items() if len(simple) == 2]
    rows = [*rows_of(sure), *(f"{OTHERS} {row}" for row in rows_of(unsure))]
    write_table(output, "words", rows)
    left_out = "".join(f" {known[simple]}" for simple in sorted(chance & known.keys()))
    typer.echo(
        f"{output}: {len(sure)} words, {len(unsure)} others; often parts of others:{left_out}"
    )


def rows_of(words: Iterable[str]) -> Iterator[str]:
    """Lay words out in rows.

    words (Iterable[str]): The words.
    YIELDS (str): The rows.
    """
    ordered = sorted(words)
    for start in range(0, len(ordered), PER_ROW):
        yield " ".join(ordered[start : start + PER_ROW])


def read_table(name: str) -> dict[str, list[str]]:
    """Read one of OpenCC's tables.

    name (str): Its name.
    RETURNS (dict[str, list[str]]): What each entry is converted to, the usual form first.
    RAISES (ImportError): If opencc is not installed.
    """
    folder = Path(import_extra("opencc", "traditional").__file__).parent / "clib"
    tool = shutil.which("opencc_dict", path=str(folder / "bin")) or shutil.which("opencc_dict")
    table = folder / "share" / "opencc" / f"{name}.ocd2"
    if tool is None or not table.is_file():
        fail(f"This installation of opencc has no tool opencc_dict, or no table {table}.")
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "table.txt"
        command = [tool, "-i", str(table), "-o", str(path), "-f", "ocd2", "-t", "text"]
        subprocess.run(command, check=True, capture_output=True)
        rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line)
        return {row[0]: row[1].split(" ") for row in rows}


def found_by_chance(
    words: Mapping[str, str],
    sentences: Iterable[str],
    cut: Callable[[str], Iterable[str]],
    convert: Callable[[str], str],
) -> Iterator[str]:
    """Find the words that are too often the end of one word and the beginning of the next.

    Where another of the words says otherwise, or the words that are cut have the same characters, that
    does no harm.

    words (Mapping[str, str]): Words by their Simplified form.
    sentences (Iterable[str]): Correct text.
    cut (Callable): Cuts a text into words.
    convert (Callable): Converts a word.
    YIELDS (str): The Simplified forms.
    """
    index = PhraseIndex(list(words))
    found: Counter[str] = Counter()
    harmful: Counter[str] = Counter()
    for sentence in sentences:
        places = list(index.find(sentence))
        if not places:
            continue
        ends, end, converted = {0}, 0, ""
        for word in cut(sentence):
            end += len(word)
            ends.add(end)
            converted += convert_text(word, convert)
        said: dict[int, set[str]] = {}
        for start, end in places:
            for place, char in enumerate(words[sentence[start:end]], start):
                said.setdefault(place, set()).add(char)
        for start, end in places:
            word = sentence[start:end]
            found[word] += 1
            # With an end inside, but none at one of its own, it is no word.
            if (start in ends and end in ends) or ends.isdisjoint(range(start + 1, end)):
                continue
            harmful[word] += any(
                len(said[place]) == 1 and char != converted[place]
                for place, char in enumerate(words[word], start)
            )
    for word, count in found.items():
        if count >= FEW and harmful[word] > MOST_HARMFUL * count:
            yield word


def drop_longer(words: Iterable[str], usual: Iterable[str]) -> list[str]:
    """Leave out the words that say nothing that a shorter one in them does not say.

    words (Iterable[str]): The words.
    usual (Iterable[str]): The characters that it is about.
    RETURNS (list[str]): The others.
    """
    wanted = frozenset(usual)
    words = set(words)
    kept = []
    for word in words:
        said: set[int] = set()
        for size in range(2, len(word)):
            for start in range(len(word) - size + 1):
                if word[start : start + size] in words:
                    said.update(range(start, start + size))
        if any(char in wanted and i not in said for i, char in enumerate(word)):
            kept.append(word)
    return kept


def write_table(path: Path, command: str, rows: Iterable[str]) -> None:
    """Write a table of the package.

    path (Path): The file.
    command (str): The command that makes it.
    rows (Iterable[str]): Its lines.
    """
    version = import_extra("opencc", "traditional").__version__
    with atomic_path(path) as temporary:
        head = SOURCE.format(version=version, command=command)
        temporary.write_text("".join([head, *(f"{row}\n" for row in rows)]), encoding="utf-8")


def _is_in(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
