"""The settings of a corrector: what they may be, and what is said of the others."""

import json
import pickle

import numpy as np
import pytest
import spacy
from thinc.api import Config

from spacy_sdcl.control.settings import MOST_CANDIDATES, Settings
from spacy_sdcl.model.predictions import CANDIDATES


def test_the_factorys_defaults_are_those_of_the_settings():
    nlp = spacy.blank("zh")
    corrector = nlp.add_pipe("sdcl_corrector")
    config = nlp.get_pipe_config("sdcl_corrector")
    plain = Settings()
    for name in Settings.model_fields:
        assert getattr(corrector, name) == plain.read_only(name)
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
        ("protect", {"names": []}, "No setting 'protect.names': there are phrases, file, patterns"),
        ("protect", {"phrases": "王小明"}, "protect.phrases must be a list of .*, not '王小明'"),
        (
            "protect",
            {"phrases": {"王小明"}},
            "protect.phrases must be a list of .*, not {'王小明'}",
        ),
        ("protect", {"phrases": None}, "protect.phrases must be a list of .*, not None"),
        ("protect", {"phrases": ["王小明", ""]}, "protect.phrases must be a list of texts.*not ''"),
        (
            "protect",
            {"phrases": ["王小明", " "]},
            "protect.phrases must be a list of texts.*not ' '",
        ),
        ("protect", {"entities": [3]}, "protect.entities must be a list of texts.*not 3"),
        ("protect", {"patterns": ["a", "(b"]}, r"protect.patterns: '\(b' is no regular exp"),
        ("protect", {"patterns": ["高行$"]}, r"'高行\$' has a \"\$\".*a file.*write \"\\Z\""),
        ("protect", {"phrases": ["${高}行"]}, "has a .*which a config does not keep"),
        ("protect", {"tokens": [{"TEXT": {"REGEX": "行$"}}]}, "protect.tokens: .* has a"),
        ("confusions", {"phrases": {"$行": "$兴"}}, "has a .*which a config does not keep"),
        ("protect", {"tokens": ["POS"]}, "protect.tokens must be a list of mappings"),
        ("protect", {"tokens": [{"PSO": "X"}]}, "protect.tokens: .*PSO.*does not describe a token"),
        ("protect", {"tokens": [{}]}, "protect.tokens must be a list of mappings.*not {}"),
        ("protect", {"tokens": {"POS": "X"}}, "protect.tokens must be a list of mappings"),
        ("protect", {"file": 3}, "protect.file must be the path of a text file, or null, not 3"),
        ("protect", {"identifiers": 1}, "protect.identifiers must be true or false, not 1"),
        ("protect", {"numerals": None}, "protect.numerals must be true or false, not None"),
        ("protect", {"file": ""}, "protect.file must be the path of a text file, or null, not ''"),
        (
            "confusions",
            "高行",
            "confusions must be a mapping with keys of phrases, file, not '高行'",
        ),
        ("confusions", {"高行": "高兴"}, "No setting 'confusions.高行': there are phrases, file"),
        ("confusions", {"phrases": {"高行": "高兴了"}}, "'高行' and '高兴了' must be of equal"),
        ("confusions", {"phrases": {"高兴": "高兴"}}, "must differ"),
        ("confusions", {"phrases": {"a行": "b兴"}}, "must differ in Chinese characters only"),
        ("confusions", {"phrases": {"a=行": "a=兴"}}, "cannot be a key of a config.*list of pairs"),
        ("confusions", {"phrases": {"#高行": "#高兴"}}, "'#高行' cannot be a key of a config"),
        ("confusions", {"phrases": {" 高行": " 高兴"}}, "' 高行' cannot be a key of a config"),
        ("confusions", {"phrases": {3: "高兴"}}, "3 cannot be a key of a config"),
        ("confusions", {"phrases": "高行"}, "a mapping of wrong to right phrases.*not '高行'"),
        ("confusions", {"phrases": ["高行"]}, "a mapping of wrong to right phrases.*not '高行'"),
        ("confusions", {"phrases": [["高行"]]}, "or a list of such pairs, not .'高行'."),
        ("confusions", {"phrases": [["高行", 3]]}, "or a list of such pairs, not 3"),
        ("confusions", {"phrases": [["行", "兴"], ["行", "型"]]}, "two corrections, '兴' and '型'"),
        ("similarity", -1, "similarity must be a number from 0"),
        ("similarity", "0.5", "similarity must be a number from 0 .off. upwards, not '0.5'"),
        ("similarity", float("inf"), "similarity must be a number from 0"),
        ("similarity", float("nan"), "similarity must be a number from 0"),
        ("candidates", 0, "candidates must be within 1 and 10"),
        ("candidates", True, "candidates must be a whole number, within 1 and 10, not True"),
        ("candidates", 2.0, "candidates must be a whole number, within 1 and 10, not 2.0"),
        ("candidates", 11, "candidates must be within 1 and 10"),
        ("min_confidence", 1.5, "min_confidence must be within 0 and 1"),
        ("min_confidence", "0.5", "min_confidence must be within 0 and 1, or null for never"),
        ("variant", "taiwan", "variant must be one of simplified, traditional, auto"),
        ("variant", ["auto"], "variant must be one of simplified, traditional, auto, not .'auto'."),
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
    with pytest.raises(
        ValueError, match="No setting 'speed': there are threshold, evidence, protect"
    ):
        Settings(speed=1)


@pytest.mark.parametrize("name", ["treshold", "protected", "candidate", "min_score_confidence"])
def test_a_setting_that_is_misspelt_where_it_is_set_is_refused(name):
    corrector = spacy.blank("zh").add_pipe("sdcl_corrector")
    with pytest.raises(AttributeError, match=f"No setting '{name}'.* is meant"):
        setattr(corrector, name, 0.5)
    # What is no setting is left to whoever sets it, as everywhere in Python.
    corrector.note = "mine"
    assert corrector.note == "mine"


def test_a_setting_cannot_be_changed_in_place_where_that_would_have_no_effect():
    corrector = spacy.blank("zh").add_pipe("sdcl_corrector")
    corrector.protect = {"phrases": ["王小明"]}
    with pytest.raises(AttributeError):
        corrector.protect["phrases"].append("李四")
    with pytest.raises(TypeError):
        corrector.protect["file"] = "names.txt"
    with pytest.raises(TypeError):
        corrector.confusions["phrases"]["高行"] = "高兴"
    with pytest.raises(ValueError, match="frozen"):
        corrector.control.settings.protect.file = "names.txt"


def test_a_list_that_is_changed_by_its_owner_afterwards_changes_no_setting():
    names, pairs = ["王小明"], {"高行": "高兴"}
    settings = Settings(protect={"phrases": names}, confusions={"phrases": pairs})
    names.append("李四")
    pairs.clear()
    assert settings.protect.phrases == ("王小明",)
    assert settings.confusions.phrases == {"高行": "高兴"}


def test_null_is_no_protection_and_no_confusions():
    settings = Settings(protect=None, confusions=None)
    assert settings == Settings()
    assert Settings(confusions={"phrases": None}) == Settings(confusions={"phrases": []})


# Of the last pair no config can have the wrong phrase as a key.
@pytest.mark.parametrize("phrases", [{"高行": "高兴"}, [["a=:学习", "a=:复习"]]])
def test_a_setting_made_of_its_own_value_is_the_same(phrases):
    settings = Settings(
        protect={"phrases": ["王小明"], "tokens": [{"POS": "PROPN"}]},
        confusions={"phrases": phrases},
        candidates=3,
    )
    again = Settings(**{name: settings.read_only(name) for name in Settings.model_fields})
    assert again == settings
    settings.candidates = 4
    copied = pickle.loads(pickle.dumps(settings))
    assert copied.read_only("confusions") == settings.read_only("confusions")
    assert copied.changes() == settings.changes() == {"candidates": [3, 4]}


def test_phrases_that_no_config_can_have_as_keys_are_saved_where_they_were_set_at_run_time():
    settings, other = Settings(), Settings()
    settings.confusions = {"phrases": [["a=:学习", "a=:复习"]]}
    other.apply_changes(json.loads(json.dumps(settings.changes())))
    assert other.confusions == settings.confusions


@pytest.mark.parametrize("phrase", ["a.b登陆", "用 户登陆", "登#陆", "%登陆", "登陆;x"])
def test_a_phrase_that_is_allowed_as_a_key_comes_back_from_a_config_file(phrase):
    phrases = {phrase: phrase.replace("陆", "录")}
    assert Settings(confusions={"phrases": phrases}).confusions.phrases == phrases
    config = Config({"confusions": {"phrases": phrases}})
    assert Config().from_str(config.to_str()) == config


def test_a_number_of_any_kind_is_kept_as_a_plain_one():
    settings = Settings(threshold=np.float32(0.5), min_confidence=1, similarity=np.float64(2))
    numbers = (settings.threshold, settings.min_confidence, settings.similarity)
    assert [type(number) for number in numbers] == [float] * 3
    assert numbers == (0.5, 1.0, 2.0)


def test_changes_of_a_version_that_knew_less_of_a_setting_are_taken_over():
    older = {"phrases": [], "file": None, "patterns": [], "entities": [], "tokens": []}
    changes = {"protect": [older, {**older, "phrases": ["王小明"]}]}
    same, other = Settings(), Settings(protect={"identifiers": False})
    same.apply_changes(changes)
    other.apply_changes(changes)
    assert same.protect.phrases == ("王小明",)
    assert same.protect.identifiers is same.protect.numerals is True
    # Said when loading, which goes before.
    assert (other.protect.phrases, other.protect.identifiers) == ((), False)


def test_changes_are_plain_and_hold_for_settings_that_were_made_alike():
    settings = Settings(similarity=1.0, candidates=3)
    assert settings.changes() == {}
    settings.protect = {"phrases": ["王小明"]}
    settings.candidates = 4
    changes = json.loads(json.dumps(settings.changes()))
    same, other = Settings(candidates=3), Settings(candidates=2)
    same.apply_changes(changes | {"of_a_later_version": [1, 2]})
    other.apply_changes(changes)
    assert same.protect == other.protect == settings.protect
    assert (same.candidates, other.candidates) == (4, 2)
