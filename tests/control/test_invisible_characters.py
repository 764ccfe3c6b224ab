"""What a user has decided holds across characters that cannot be seen."""

import pytest
from spacy.tokens import Span
from tiny import PAIRS, make_loaded

SOURCE, TARGET = PAIRS[2].source, PAIRS[2].target
assert (SOURCE, TARGET) == ("我门在学笑学习中文。", "我们在学校学习中文。")
SHY = "\xad"
HIDDEN = SHY.join(SOURCE)


def corrected(trained_dir, text, **settings):
    doc = make_loaded(trained_dir, **settings)(text)
    assert len(doc._.corrected) == len(text)
    return doc._.corrected


def test_a_protected_phrase_is_found_across_them(trained_dir):
    for phrase in ("学笑", f"学{SHY}笑", "\u200b学笑"):
        result = corrected(trained_dir, HIDDEN, protect={"phrases": [phrase]})
        assert result == SHY.join("我们在学笑学习中文。")


def test_a_phrase_that_cannot_be_seen_protects_nothing(trained_dir):
    protect = {"phrases": ["\u200b", SHY]}
    assert corrected(trained_dir, HIDDEN, protect=protect) == SHY.join(TARGET)


def test_a_protected_pattern_and_identifiers_are_found_across_them(trained_dir):
    result = corrected(trained_dir, HIDDEN, protect={"patterns": ["学."]})
    assert result == SHY.join("我们在学笑学习中文。")
    text = f"`学{SHY}笑`，{HIDDEN}"
    assert corrected(trained_dir, text, threshold=0.0).startswith(f"`学{SHY}笑`")


def test_an_entity_protects_the_characters_that_it_has(trained_dir):
    nlp = make_loaded(trained_dir, protect={"entities": ["ORG"]})
    doc = nlp.make_doc(HIDDEN)
    start, end = HIDDEN.index("学"), HIDDEN.index("笑") + 1
    doc.ents = [Span(doc, start, end, label="ORG")]
    assert [token.text for token in doc[start:end]] == ["学", SHY, "笑"]
    assert nlp.get_pipe("sdcl_corrector")(doc)._.corrected == SHY.join("我们在学笑学习中文。")


@pytest.mark.parametrize(
    "phrases", [{"学习中": "复习中"}, {f"学{SHY}习中": f"复{SHY}习中"}, [["学习", "复习"]]]
)
def test_the_users_own_phrases_are_put_right_across_them(trained_dir, phrases):
    nlp = make_loaded(trained_dir, threshold=1.0, confusions={"phrases": phrases})
    doc = nlp(HIDDEN)
    assert doc._.corrected == SHY.join("我门在学笑复习中文。")
    assert [(each["start"], each["origin"]) for each in doc._.corrections] == [(10, "confusions")]


def test_an_amount_is_one_across_them(trained_dir):
    corrector = make_loaded(trained_dir).get_pipe("sdcl_corrector")
    held = corrector.control.protection.find(make_loaded(trained_dir).make_doc(f"壹{SHY}佰元"))
    assert [hold.is_absolute for hold in held.values()] == [True, True, True]


def test_what_is_told_of_a_hold_can_be_seen(trained_dir):
    nlp = make_loaded(trained_dir, protect={"phrases": ["学笑"]})
    [decisions] = nlp.get_pipe("sdcl_corrector").explain([nlp.make_doc(HIDDEN)])
    [held] = [each for each in decisions if not each.kept]
    assert (held.start, held.detail) == (8, "part of the protected phrase '学笑'")
