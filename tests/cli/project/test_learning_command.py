"""The project's command that measures what learning of a domain brings."""

import json

import pytest
from typer.testing import CliRunner

from spacy_sdcl.cli.project import learning
from spacy_sdcl.evidence.counting import NgramCounts
from spacy_sdcl.evidence.sources import find_evidence
from spacy_sdcl.language.sources import build_confusions

FIRST = ["采样舱", "调度台", "滤芯", "舱门", "水泵"]
SECOND = ["报警", "缺水", "停机", "检修", "锁定"]


def run(*arguments):
    return CliRunner().invoke(learning.app, [str(each) for each in arguments])


def test_without_a_corpus_it_says_what_to_name():
    done = run("--domain", "food")
    assert done.exit_code == 0
    assert "--vars.corpus" in done.stdout
    assert "--vars.categories" in done.stdout


@pytest.mark.slow
@pytest.mark.embedded
def test_each_domain_is_measured_before_and_after_learning(tmp_path):
    pytest.importorskip("pypinyin")
    sentences = [f"{a}{b}以后，请检查{c}。" for a in FIRST for b in SECOND for c in FIRST]
    corpus, words = tmp_path / "own.txt", tmp_path / "words.tsv"
    corpus.write_text("\n".join([*sentences, "今天天气很好。"]), encoding="utf-8")
    rows = "".join(f"{word}\t1\tplant\n" for word in [*FIRST, *SECOND])
    words.write_text(f"word\tdocuments\tcategory\n{rows}", encoding="utf-8")
    table = find_evidence("zh_sdcl_sm", None).table
    counts, confusions = tmp_path / "counts.safetensors", tmp_path / "confusions.safetensors"
    NgramCounts.of(table.alphabet, [*sentences, *["今天天气很好。"] * 9]).save(counts)
    characters = sorted({char for sentence in sentences for char in sentence})
    build_confusions(characters, [1.0] * len(characters)).save(confusions)
    report = tmp_path / "report.json"
    options = ["--corpus", corpus, "--words", words, "--domain", "plant", "--counts", counts]
    options += ["--confusions", confusions, "--sentences", 10, "--sizes", 500, "--report", report]
    done = run(*options)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"plant: {len(sentences)} sentences\n| characters learnt")
    figures = json.loads(report.read_text(encoding="utf-8"))["plant"]
    before, after = figures.values()
    assert (before["weight"], before["words"]) == (0.0, 0)
    assert after["weight"] > 0
    assert set(before["f1"]) == {"careful", "recall"}
