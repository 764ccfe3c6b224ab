"""The settings of a corrector: what they may be, and what is said of the others."""

import json
import pickle

import numpy as np
import pytest
import spacy
from thinc.api import Config

from spacy_sdcl.control.settings import CHECKS, MOST_CANDIDATES, Settings
from spacy_sdcl.model.predictions import CANDIDATES


def test_the_factorys_defaults_are_those_of_the_settings():
    nlp = spacy.blank("zh")
    corrector = nlp.add_pipe("sdcl_corrector")
    config = nlp.get_pipe_config("sdcl_corrector")
    plain = Settings()
    for name in CHECKS:
        assert getattr(corrector, name) == plain[name]
        assert name in config


def test_as_many_candidates_may_be_asked_for_as_the_model_names():
    assert MOST_CANDIDATES == CANDIDATES


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("threshold", -0.1, "threshold must be within 0 and 1"),
        ("threshold", "bold", "careful, recall"),
        ("threshold", True, "threshold must be within 0 and 1"),
        ("protect", ["王小明"], "protect must be a mapping with keys of phrases, file"),
        ("protect", {"names": []}, "protect must be a mapping.*not 'names'"),
        ("protect", {"phrases": "王小明"}, "protect.phrases must be a list, not '王小明'"),
        ("protect", {"phrases": ["王小明", ""]}, "protect.phrases must be a list of texts"),
        ("protect", {"entities": [3]}, "protect.entities must be a list of texts.*not 3"),
        ("protect", {"patterns": ["a", "(b"]}, r"protect.patterns: '\(b' is no regular exp"),
        ("protect", {"patterns": ["高行$"]}, r"'高行\$' has a \"\$\".*a file.*write \"\\Z\""),
        ("protect", {"phrases": ["${高}行"]}, "has a .*which a config does not keep"),
        ("protect", {"tokens": [{"TEXT": {"REGEX": "行$"}}]}, "protect.tokens: .* has a"),
        ("confusions", {"phrases": {"$行": "$兴"}}, "has a .*which a config does not keep"),
        ("protect", {"tokens": ["POS"]}, "protect.tokens must be a list of mappings"),
        ("protect", {"tokens": [{"PSO": "X"}]}, "protect.tokens: .*PSO.*does not describe a token"),
        ("protect", {"file": 3}, "protect.file must be the path of a text file"),
        ("confusions", {"高行": "高兴"}, "confusions must be a mapping with keys of phrases, file"),
        ("confusions", {"phrases": {"高行": "高兴了"}}, "'高行' and '高兴了' must be of equal"),
        ("confusions", {"phrases": {"高兴": "高兴"}}, "must differ"),
        ("confusions", {"phrases": {"a行": "b兴"}}, "must differ in Chinese characters only"),
        ("confusions", {"phrases": {"a=行": "a=兴"}}, "cannot be a key of a config.*list of pairs"),
        ("confusions", {"phrases": {"#高行": "#高兴"}}, "'#高行' cannot be a key of a config"),
        ("confusions", {"phrases": {" 高行": " 高兴"}}, "' 高行' cannot be a key of a config"),
        ("confusions", {"phrases": ["高行"]}, "must map wrong to right phrases, not hold '高行'"),
        ("confusions", {"phrases": [["行", "兴"], ["行", "型"]]}, "two corrections, '兴' and '型'"),
        ("similarity", -1, "similarity must be a number from 0"),
        ("similarity", "much", "similarity must be a number from 0"),
        ("candidates", 0, "candidates must be within 1 and 10"),
        ("candidates", 11, "candidates must be within 1 and 10"),
        ("min_confidence", 1.5, "min_confidence must be within 0 and 1"),
        ("variant", "taiwan", "variant must be one of simplified, traditional, auto"),
    ],
)
def test_a_value_that_cannot_be_is_refused_and_the_message_says_what_can(setting, value, message):
    corrector = spacy.blank("zh").add_pipe("sdcl_corrector")
    before = getattr(corrector, setting)
    with pytest.raises(ValueError, match=message):
        setattr(corrector, setting, value)
    assert getattr(corrector, setting) == before


def test_the_same_is_refused_when_a_component_is_made():
    for config in ({"variant": "taiwan"}, {"protect": {"patterns": ["(b"]}}, {"protect": ["高"]}):
        with pytest.raises(ValueError, match=r"variant must be|is no regular|must be a mapping"):
            spacy.blank("zh").add_pipe("sdcl_corrector", config=config)


def test_a_setting_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="No setting 'speed': there are threshold, protect"):
        Settings(speed=1)


def test_a_setting_cannot_be_changed_in_place_where_that_would_have_no_effect():
    settings = Settings(protect={"phrases": ["王小明"]})
    with pytest.raises(AttributeError):
        settings["protect"]["phrases"].append("李四")
    with pytest.raises(TypeError):
        settings["protect"]["file"] = "names.txt"


def test_a_setting_made_of_its_own_value_is_the_same():
    settings = Settings(
        protect={"phrases": ["王小明"], "tokens": [{"POS": "PROPN"}]},
        confusions={"phrases": {"高行": "高兴"}},
    )
    again = Settings(**{name: settings[name] for name in CHECKS})
    assert all(again[name] == settings[name] for name in CHECKS)
    copied = pickle.loads(pickle.dumps(settings))
    assert all(copied[name] == settings[name] for name in CHECKS)


@pytest.mark.parametrize("phrase", ["a.b登陆", "用 户登陆", "登#陆", "%登陆", "登陆;x"])
def test_a_phrase_that_is_allowed_as_a_key_comes_back_from_a_config_file(phrase):
    phrases = {phrase: phrase.replace("陆", "录")}
    assert Settings(confusions={"phrases": phrases})["confusions"]["phrases"] == phrases
    config = Config({"confusions": {"phrases": phrases}})
    assert Config().from_str(config.to_str()) == config


def test_a_number_of_any_kind_is_kept_as_a_plain_one():
    settings = Settings(threshold=np.float32(0.5), min_confidence=1, similarity=np.float64(2))
    assert [type(settings[name]) for name in ("threshold", "min_confidence", "similarity")] == [
        float
    ] * 3


def test_changes_are_plain_and_hold_for_settings_that_were_made_alike():
    settings = Settings(similarity=1.0, candidates=3)
    assert settings.changes() == {}
    settings["protect"] = {"phrases": ["王小明"]}
    settings["candidates"] = 4
    changes = json.loads(json.dumps(settings.changes()))
    same, other = Settings(candidates=3), Settings(candidates=2)
    same.apply_changes(changes)
    other.apply_changes(changes)
    assert same["protect"] == other["protect"] == settings["protect"]
    assert (same["candidates"], other["candidates"]) == (4, 2)
