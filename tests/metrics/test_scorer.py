"""The registered scorer: which docs it reads, and how; the figures are test_metrics.py's."""

import pickle

import pytest
import spacy
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.vocab import Vocab

from spacy_sdcl.metrics.scorer import make_sdcl_scorer, score_corrections
from spacy_sdcl.metrics.scores import SCORE_NAMES, correction_scores

VOCAB = Vocab()


def make_doc(words, corrections=None):
    """A doc of the words; `corrections` is {token: text}, None for a doc without annotation."""
    doc = Doc(VOCAB, words=list(words), spaces=[False] * len(words))
    if corrections is not None:
        doc.spans["sdcl"] = [
            Span(doc, token, token + 1, label=text) for token, text in corrections.items()
        ]
    return doc


def test_gold_and_prediction_are_read_from_the_span_groups():
    examples = [
        # corrected; found, but wrongly corrected; missed; false alarm; rightly left alone
        Example(make_doc("我很高行", {3: "兴"}), make_doc("我很高行", {3: "兴"})),
        Example(make_doc("我很高行", {3: "性"}), make_doc("我很高行", {3: "兴"})),
        Example(make_doc("我很高行", {}), make_doc("我很高行", {3: "兴"})),
        Example(make_doc("他不来了", {1: "步"}), make_doc("他不来了", {})),
        Example(make_doc("他不来了", {}), make_doc("他不来了", {})),
    ]
    scores = score_corrections(examples)
    assert scores == pytest.approx(
        correction_scores(
            ["我很高行"] * 3 + ["他不来了"] * 2,
            ["我很高兴"] * 3 + ["他不来了"] * 2,
            ["我很高兴", "我很高性", "我很高行", "他步来了", "他不来了"],
        ).as_dict()
    )
    assert scores["sdcl_correction_p"] == pytest.approx(1 / 3)
    assert scores["sdcl_correction_loose_p"] == pytest.approx(1 / 2)
    assert scores["sdcl_detection_p"] == pytest.approx(2 / 3)
    assert scores["sdcl_fpr"] == pytest.approx(1 / 2)


def test_docs_may_be_tokenized_differently():
    predicted = make_doc(["我", "很", "高行", "。"], {2: "高兴"})
    scores = score_corrections([Example(predicted, make_doc("我很高行。", {3: "兴"}))])
    assert scores["sdcl_correction_f"] == 1.0
    assert scores["sdcl_char_f"] == 1.0


def test_a_reference_without_the_span_group_is_left_out():
    unannotated = Example(make_doc("我很高行", {3: "兴"}), make_doc("我很高行"))
    annotated = Example(make_doc("他不来了", {}), make_doc("他不来了", {}))
    assert score_corrections([unannotated, annotated]) == score_corrections([annotated])


def test_an_empty_span_group_says_that_nothing_is_wrong():
    scores = score_corrections([Example(make_doc("他不来了", {1: "步"}), make_doc("他不来了", {}))])
    assert scores["sdcl_sentences"] == 1
    assert scores["sdcl_fpr"] == 1.0


def test_a_predicted_doc_without_the_span_group_predicts_nothing():
    scores = score_corrections([Example(make_doc("我很高行"), make_doc("我很高行", {3: "兴"}))])
    assert scores["sdcl_sentences_with_errors"] == 1
    assert scores["sdcl_correction_r"] == 0.0


@pytest.mark.parametrize(
    "examples", [[], [Example(make_doc("我很高行", {3: "兴"}), make_doc("我很高行"))]]
)
def test_without_annotation_every_figure_is_none(examples):
    assert score_corrections(examples) == dict.fromkeys(SCORE_NAMES)


def test_an_empty_text_is_a_sentence_without_errors():
    scores = score_corrections([Example(make_doc("", {}), make_doc("", {}))])
    assert scores["sdcl_sentences"] == 1
    assert scores["sdcl_correction_accuracy"] == 1.0


@pytest.mark.parametrize("side", ["predicted", "reference"])
def test_a_correction_of_another_length_is_an_error_that_names_the_text(side):
    docs = {"predicted": make_doc("我很高行", {}), "reference": make_doc("我很高行", {})}
    docs[side] = make_doc("我很高行", {3: "兴了"})
    with pytest.raises(ValueError, match="我很高行"):
        score_corrections([Example(docs["predicted"], docs["reference"])])


def test_docs_with_different_texts_are_an_error_that_names_them():
    example = Example(make_doc("我很高行", {}), make_doc("我很高行", {}))
    example.predicted = make_doc("他不来了", {})
    with pytest.raises(ValueError, match=r"他不来了.*我很高行"):
        score_corrections([example])


def test_other_components_settings_are_accepted():
    example = Example(make_doc("我很高行", {3: "兴"}), make_doc("我很高行", {3: "兴"}))
    assert score_corrections([example], threshold=0.5, attr="spans_sc") == score_corrections(
        [example]
    )


def test_values_are_plain_so_that_a_models_meta_can_hold_them():
    example = Example(make_doc("我很高行", {3: "兴"}), make_doc("我很高行", {3: "兴"}))
    assert {type(value) for value in score_corrections([example]).values()} <= {int, float}


def test_scorer_survives_pickling():
    scorer = pickle.loads(pickle.dumps(make_sdcl_scorer()))
    assert scorer([]) == dict.fromkeys(SCORE_NAMES)


def test_scorer_is_registered():
    assert spacy.registry.scorers.get("spacy-sdcl.scorer.v1") is make_sdcl_scorer
