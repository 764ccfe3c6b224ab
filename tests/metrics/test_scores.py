"""The figures against the SIGHAN tools' worked examples, hand-made tables and a slow reference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_sdcl.metrics.scores import (
    DEFAULT_SCORE_WEIGHTS,
    PRF,
    SCORE_NAMES,
    correction_scores,
    ignore_particles,
)

# The worked examples that come with the bake-offs' evaluation tools, as {position: character}
# (positions from 1): the gold edits and the system's. 2014 and 2015 share one.
SIGHAN_2015_TOY = {
    "B2-1452-2": ({}, {}),
    "B1-0201-1": ({3: "生", 26: "直", 35: "關"}, {3: "生", 25: "直", 35: "關"}),
    "C1-1849-1": ({}, {}),
    "A2-1051-3": ({15: "舞"}, {15: "舞"}),
    "B2-0369-1": ({16: "炭", 48: "作"}, {16: "炭", 48: "做"}),
    "B1-0370-2": ({49: "已"}, {}),
    "B2-1444-1": ({}, {8: "天"}),
    "A2-1457-6": ({45: "是"}, {45: "是"}),
    "B1-1462-7": ({33: "有"}, {}),
    "B2-1475-4": ({17: "考", 18: "慮"}, {17: "考", 18: "慮"}),
}
# Subtask 1 of 2013 asks for positions only; any one character stands for the correction.
SIGHAN_2013_SUBTASK_1_TOY = {
    "0022": ({43: "正", 76: "正"}, {43: "正", 55: "正", 80: "正"}),
    "0023": ({}, {10: "正"}),
    "0024": ({}, {}),
    "0025": ({72: "正", 79: "正"}, {72: "正", 79: "正"}),
    "0026": ({103: "正"}, {103: "正"}),
}
SIGHAN_2013_SUBTASK_2_TOY = {
    "00366": ({1: "倘"}, {1: "趟"}),
    "00367": ({10: "的"}, {10: "的"}),
    "00368": ({39: "嘩", 63: "葉", 89: "嫩"}, {39: "嘩", 63: "葉"}),
    "00369": ({16: "炭", 48: "作"}, {16: "炭", 48: "作"}),
    "00370": ({49: "已"}, {}),
}


def toy_scores(toy):
    """Scores of an example given by its edits alone; "〇" stands for every unedited character."""
    source = "〇" * 110

    def apply(edits):
        return "".join(edits.get(i, char) for i, char in enumerate(source, start=1))

    golds = [apply(gold) for gold, _ in toy.values()]
    predictions = [apply(predicted) for _, predicted in toy.values()]
    return correction_scores([source] * len(toy), golds, predictions)


def printed(prf):
    return tuple(f"{figure:.4f}" for figure in (prf.precision, prf.recall, prf.f1))


def test_loose_figures_equal_the_sighan_2015_tools_worked_example():
    scores = toy_scores(SIGHAN_2015_TOY)
    assert f"{scores.false_positive_rate:.4f}" == "0.3333"
    assert f"{scores.detection_accuracy:.4f}" == "0.6000"
    assert printed(scores.detection_loose) == ("0.8000", "0.5714", "0.6667")
    assert f"{scores.correction_accuracy:.4f}" == "0.5000"
    assert printed(scores.correction_loose) == ("0.7500", "0.4286", "0.5455")


def test_loose_counts_equal_the_sighan_2014_tools_worked_example():
    # The figures are those of 2015 but for the false-positive rate: that tool prints 0.3334 for
    # what it says is 1/3. So the counts it prints beside the figures are compared.
    scores = toy_scores(SIGHAN_2015_TOY)
    assert (scores.false_positives, scores.correct_sentences) == (1, 3)
    assert scores.detection_accuracy == 6 / 10
    assert scores.detection_loose == PRF(tp=4, predicted=5, gold=7)
    assert scores.correction_accuracy == 5 / 10
    assert scores.correction_loose == PRF(tp=3, predicted=4, gold=7)


def test_strict_precision_counts_the_sentences_that_loose_precision_forgives():
    scores = toy_scores(SIGHAN_2015_TOY)
    assert scores.detection == PRF(tp=4, predicted=6, gold=7)
    assert scores.correction == PRF(tp=3, predicted=6, gold=7)


def test_strict_figures_equal_the_sighan_2013_tools_worked_example_of_subtask_1():
    scores = toy_scores(SIGHAN_2013_SUBTASK_1_TOY)
    # "False-Alarm Rate", "Detection …", "Error Location …" in that tool's words.
    assert f"{scores.false_positive_rate:.4f}" == "0.5000"
    assert f"{scores.flagging_accuracy:.4f}" == "0.8000"
    assert printed(scores.flagging) == ("0.7500", "1.0000", "0.8571")
    assert f"{scores.detection_accuracy:.4f}" == "0.6000"
    assert printed(scores.detection) == ("0.5000", "0.6667", "0.5714")


def test_strict_figures_equal_the_sighan_2013_tools_worked_example_of_subtask_2():
    scores = toy_scores(SIGHAN_2013_SUBTASK_2_TOY)
    assert f"{scores.detection_accuracy:.4f}" == "0.6000"
    assert f"{scores.correction_accuracy:.4f}" == "0.4000"
    assert f"{scores.correction.precision:.4f}" == "0.5000"


# One sentence a row: what makes it a true positive, a changed sentence, a false positive.
# The characters: (corrected, detected, changed, wrong).
OUTCOMES = [
    pytest.param("我很高行", "我很高兴", "我很高兴", "corrected", (1, 1, 1, 1), id="corrected"),
    pytest.param("我很高行", "我很高兴", "我很高性", "detected", (0, 1, 1, 1), id="wrong-char"),
    pytest.param("我很高行", "我很高兴", "我狠高兴", "flagged", (1, 1, 2, 1), id="one-too-many"),
    pytest.param("我狠高行", "我很高兴", "我很高行", "flagged", (1, 1, 1, 2), id="one-too-few"),
    pytest.param("我很高行", "我很高兴", "我恨高行", "flagged", (0, 0, 1, 1), id="elsewhere"),
    pytest.param("我很高行", "我很高兴", "我很高行", "missed", (0, 0, 0, 1), id="missed"),
    pytest.param("我很高兴", "我很高兴", "我很高行", "false alarm", (0, 0, 1, 0), id="false-alarm"),
    pytest.param("我很高兴", "我很高兴", "我很高兴", "left alone", (0, 0, 0, 0), id="left-alone"),
    pytest.param("", "", "", "left alone", (0, 0, 0, 0), id="empty-text"),
]


@pytest.mark.parametrize(("source", "gold", "prediction", "outcome", "chars"), OUTCOMES)
def test_each_outcome_of_a_sentence_is_counted_where_it_belongs(
    source, gold, prediction, outcome, chars
):
    scores = correction_scores([source], [gold], [prediction])
    false_alarm = outcome == "false alarm"
    changed = int(outcome not in ("missed", "left alone"))
    wrong = int(outcome not in ("false alarm", "left alone"))
    corrected = int(outcome == "corrected")
    detected = int(outcome in ("corrected", "detected"))
    flagged = int(outcome in ("corrected", "detected", "flagged"))
    assert scores.sentences == 1
    assert scores.sentences_with_errors == wrong
    assert scores.false_positives == false_alarm
    assert scores.correction == PRF(corrected, changed, wrong)
    assert scores.correction_loose == PRF(corrected, corrected + false_alarm, wrong)
    assert scores.detection == PRF(detected, changed, wrong)
    assert scores.detection_loose == PRF(detected, detected + false_alarm, wrong)
    assert scores.flagging == PRF(flagged, changed, wrong)
    assert scores.correction_accuracy == (outcome in ("corrected", "left alone"))
    corrected_chars, detected_chars, changed_chars, wrong_chars = chars
    assert scores.char == PRF(corrected_chars, changed_chars, wrong_chars)
    assert scores.char_detection == PRF(detected_chars, changed_chars, wrong_chars)


def slow_reference(sources, golds, predictions):
    """The flat figures straight from their definitions, each with its own count."""
    triples = list(zip(sources, golds, predictions, strict=True))
    chars = [triple for s, t, p in triples for triple in zip(s, t, p, strict=True)]

    def positions(a, b):
        return [i for i in range(len(a)) if a[i] != b[i]]

    def count(condition, items=triples):
        return len([item for item in items if condition(*item)])

    def divide(a, b):
        return 0.0 if b == 0 else a / b

    def prf(name, tp, predicted, gold):
        precision, recall = divide(tp, predicted), divide(tp, gold)
        return {
            f"sdcl_{name}_p": precision,
            f"sdcl_{name}_r": recall,
            f"sdcl_{name}_f": divide(2 * precision * recall, precision + recall),
        }

    gold = count(lambda s, t, p: t != s)
    changed = count(lambda s, t, p: p != s)
    false_alarms = count(lambda s, t, p: s == t != p)
    corrected = count(lambda s, t, p: p == t != s)
    detected = count(lambda s, t, p: t != s and positions(s, t) == positions(s, p))
    flagged = count(lambda s, t, p: t != s and p != s)
    wrong_chars = count(lambda s, t, p: t != s, chars)
    changed_chars = count(lambda s, t, p: p != s, chars)
    right_chars = count(lambda s, t, p: p != s and p == t, chars)
    found_chars = count(lambda s, t, p: p != s and t != s, chars)
    n = len(triples)
    return {
        **prf("correction", corrected, changed, gold),
        **prf("correction_loose", corrected, corrected + false_alarms, gold),
        **prf("detection", detected, changed, gold),
        **prf("detection_loose", detected, detected + false_alarms, gold),
        **prf("flagging", flagged, changed, gold),
        **prf("char", right_chars, changed_chars, wrong_chars),
        **prf("char_detection", found_chars, changed_chars, wrong_chars),
        "sdcl_correction_accuracy": divide(count(lambda s, t, p: p == t), n),
        "sdcl_detection_accuracy": divide(
            count(lambda s, t, p: positions(s, t) == positions(s, p)), n
        ),
        "sdcl_flagging_accuracy": divide(count(lambda s, t, p: (p != s) == (t != s)), n),
        "sdcl_fpr": divide(false_alarms, count(lambda s, t, p: s == t)),
        "sdcl_sentences": n,
        "sdcl_sentences_with_errors": gold,
        "sdcl_false_positives": false_alarms,
    }


@st.composite
def triples(draw):
    # Few characters, so that the three texts agree often enough for every outcome to occur.
    length = draw(st.integers(0, 4))
    text = st.text("的地𠀀", min_size=length, max_size=length)
    return draw(text), draw(text), draw(text)


@given(st.lists(triples(), max_size=12))
def test_every_figure_equals_the_definitions(rows):
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    assert correction_scores(*columns).as_dict() == pytest.approx(slow_reference(*columns))


def test_no_sentences_score_zero_everywhere():
    scores = correction_scores([], [], [])
    assert set(scores.as_dict().values()) == {0.0}


def test_predicting_nothing_has_no_precision_and_no_false_positives():
    scores = correction_scores(["高行", "高兴"], ["高兴", "高兴"], ["高行", "高兴"])
    assert scores.correction == PRF(tp=0, predicted=0, gold=1)
    assert (scores.correction.precision, scores.correction.f1) == (0.0, 0.0)
    assert scores.false_positive_rate == 0.0
    assert scores.correction_accuracy == 0.5


def test_predicting_the_gold_scores_one_everywhere():
    scores = correction_scores(["高行", "高兴"], ["高兴", "高兴"], ["高兴", "高兴"]).as_dict()
    counts = {"sdcl_sentences": 2, "sdcl_sentences_with_errors": 1, "sdcl_false_positives": 0}
    shares = {name: value for name, value in scores.items() if name not in counts}
    assert {name: scores[name] for name in counts} == counts
    assert shares.pop("sdcl_fpr") == 0.0
    assert set(shares.values()) == {1.0}


def test_flat_scores_have_exactly_the_listed_names():
    assert tuple(correction_scores([], [], []).as_dict()) == SCORE_NAMES
    assert SCORE_NAMES[0] == "sdcl_correction_f"
    assert all(name.startswith("sdcl_") for name in SCORE_NAMES)


def test_strict_correction_f_is_the_score_that_training_optimises():
    assert set(DEFAULT_SCORE_WEIGHTS) <= set(SCORE_NAMES)
    assert {name for name, weight in DEFAULT_SCORE_WEIGHTS.items() if weight} == {
        "sdcl_correction_f"
    }


@pytest.mark.parametrize(
    ("columns", "index"),
    [
        ((["高行", "好"], ["高兴"], ["高兴", "好"]), 1),
        ((["高行"], ["高兴"], []), 0),
        ((["好", "高行"], ["好", "高兴了"], ["好", "高兴"]), 1),
        ((["好", "很", "高行"], ["好", "很", "高兴"], ["好", "很", "高"]), 2),
    ],
)
def test_texts_that_do_not_match_are_an_error_that_names_the_index(columns, index):
    with pytest.raises(ValueError, match=rf"index {index}\b"):
        correction_scores(*columns)


@pytest.mark.parametrize(
    ("source", "prediction", "expected"),
    [
        ("慢慢的走", "慢慢地走", "慢慢的走"),
        ("跑的快", "跑得快", "跑的快"),
        ("跑的块", "跑得快", "跑的快"),
        # Only corrections *to* the particles are taken back, not those from one to 的.
        ("我地书", "我的书", "我的书"),
        # Particles that stood in the source were not predicted.
        ("得到土地", "得到土地", "得到土地"),
        ("", "", ""),
    ],
)
def test_corrections_to_particles_are_taken_back(source, prediction, expected):
    assert ignore_particles([source], [prediction]) == [expected]


def test_taking_back_particles_spares_a_sentence_the_gold_left_unmarked():
    sources = golds = ["慢慢的走"]
    predictions = ["慢慢地走"]
    assert correction_scores(sources, golds, predictions).false_positive_rate == 1.0
    predictions = ignore_particles(sources, predictions)
    assert correction_scores(sources, golds, predictions).false_positive_rate == 0.0


def test_taking_back_particles_checks_its_texts():
    with pytest.raises(ValueError, match="index 1"):
        ignore_particles(["好", "高行"], ["好", "高兴了"])
