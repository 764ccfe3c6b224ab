from spacy_sdcl.data.splits import drop_known, split
from spacy_sdcl.types import Pair


def essays(count):
    return [
        Pair(f"第{i}篇第{j}段。", f"第{i}篇第{j}段。", f"E-{i:04}-{j}")
        for i in range(count)
        for j in range(3)
    ]


def test_training_pairs_that_share_a_text_with_a_test_set_are_dropped():
    tests = [Pair("山很搞。", "山很高。"), Pair("水很青。", "水很清。")]
    kept = Pair("路很长。", "路很长。", "e")
    trains = {
        "a": [Pair("山很搞。", "山很高。", "a"), Pair("山恨高。", "山很高！", "b"), kept],
        "b": [Pair("水很青", "水很青", "c"), kept._replace(id="d")],
    }
    assert drop_known(trains, tests) == ({"a": [kept], "b": []}, 3, 1)


def test_split_has_about_the_size_asked_for_and_loses_nothing():
    pairs = essays(1000)
    train, dev = split(pairs, size=500)
    assert sorted(train + dev) == sorted(pairs)
    assert 400 < len(dev) < 600


def test_essays_and_shared_texts_are_never_torn_apart():
    pairs = [*essays(300)]
    # Texts in common chain the essays up in fives; punctuation makes no difference.
    pairs += [Pair(f"结尾{i // 5}。", f"结尾{i // 5}！", f"E-{i:04}-9") for i in range(300)]
    train, dev = split(pairs, size=300)
    assert train
    assert dev

    def groups(pairs):
        return {int(pair.id.split("-")[1]) // 5 for pair in pairs}

    assert not groups(train) & groups(dev)


def test_split_is_the_same_in_any_order():
    pairs = essays(200)
    train, dev = split(pairs, size=100)
    again_train, again_dev = split(pairs[::-1], size=100)
    assert (set(train), set(dev)) == (set(again_train), set(again_dev))


def test_pairs_without_ids_are_split_one_by_one():
    pairs = [Pair(f"第{i}句。", f"第{i}句。") for i in range(200)]
    train, dev = split(pairs, size=100)
    assert 60 < len(dev) < 140
    assert len(train) + len(dev) == 200
