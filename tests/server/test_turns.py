"""Long texts take turns with short ones, and what nobody waits for is not read."""

import threading

import pytest

from spacy_sdcl.server.bodies import MAX_PHRASE
from spacy_sdcl.server.checker import Checker, CheckFailed, Closing
from spacy_sdcl.server.turns import PIECE, TURN, Check, Manner, Task, Turns

SENTENCE = "我今天很高行，因为他门明天就回来了。"
CORRECT = "我今天很高兴，因为他们明天就回来了。"
LONG = "这是很长的一句话。" * (100_000 // 9)


class Steps:
    """Stands in for the model: reads nothing, one turn whenever it is told to."""

    def __init__(self):
        self.turns = []
        self._may_go_on = threading.Semaphore(0)
        self._has_begun = threading.Semaphore(0)

    def __call__(self, docs):
        self.turns.append([doc.text for doc in docs])
        self._has_begun.release()
        assert self._may_go_on.acquire(timeout=20)
        return [[] for _ in docs]

    def begun(self):
        assert self._has_begun.acquire(timeout=20)

    def go_on(self, turns=1):
        for _ in range(turns):
            self._may_go_on.release()


@pytest.fixture
def checker(embedded_nlp):
    found = Checker(embedded_nlp, max_waiting=10_000_000)
    yield found
    found.close()


@pytest.fixture
def steps(checker, monkeypatch):
    found = Steps()
    monkeypatch.setattr(checker.corrector, "explain", found)
    yield found
    found.go_on(10_000)


def order(*checks):
    """The checks in the order of their turns, one for each piece."""
    turns = Turns()
    for check in checks:
        turns.add(check)
    found = []
    while pieces := turns.take():
        found.append([piece.check for piece in pieces])
    return found


def test_a_sentence_beside_a_long_text_is_read_after_the_turn_that_is_under_way(checker, steps):
    long = checker.submit(Task([LONG]))
    steps.begun()
    short = checker.submit(Task([SENTENCE]))
    steps.go_on(2)
    assert short.result(timeout=20)[0].corrected == SENTENCE
    assert steps.turns[1][0] == SENTENCE
    assert not long.done()


def test_no_turn_is_longer_than_a_piece_however_long_the_text(checker, steps):
    steps.go_on(1000)
    assert checker.submit(Task([LONG])).result(timeout=60)[0].corrected == LONG
    assert len(steps.turns) > 100
    assert max(sum(map(len, turn)) for turn in steps.turns) <= max(PIECE, TURN)


def test_long_texts_share_the_time_and_a_short_one_does_not_wait_for_them():
    longs = [Check(Task(["好" * 10_000])) for _ in range(64)]
    short = Check(Task(["好" * 6]))
    first, *others = [check for turn in order(*longs, short) for check in turn]
    assert first is short
    assert others[:64] == others[64:128] == longs


def test_short_texts_without_end_do_not_keep_a_long_one_from_its_turn():
    turns = Turns()
    long = Check(Task(["好" * PIECE]))
    turns.add(long)
    for count in range(1000):
        # The next client asks as soon as the last one has its answer.
        turns.add(Check(Task(["好" * 200], Manner(threshold=count / 1000))))
        if turns.take()[0].check is long:
            break
    assert count < 10


def test_short_texts_are_read_together_unless_they_are_to_be_read_differently():
    alike = [Check(Task(["好" * 10])) for _ in range(5)]
    careful = Check(Task(["好" * 10], Manner(threshold="careful")))
    traditional = Check(Task(["好" * 10], Manner(variant="traditional")))
    assert order(*alike, careful, traditional) == [alike, [careful], [traditional]]


def test_a_text_in_pieces_is_corrected_at_every_place_once(checker, embedded_nlp):
    text = ("😀" + SENTENCE) * 200
    [checked] = checker.submit(Task([text])).result(timeout=120)
    assert checked.corrected == ("😀" + CORRECT) * 200
    places = [each["start"] for each in checked.corrections]
    assert places == sorted(set(places))
    assert all(text[each["start"]] == each["source"] for each in checked.corrections)
    short = text[: PIECE // 2]
    doc = embedded_nlp(short)
    [checked] = checker.submit(Task([short])).result(timeout=20)
    assert [each["score"] for each in checked.corrections] == pytest.approx(
        [each["score"] for each in doc._.corrections], abs=1e-3
    )


def test_a_phrase_is_protected_wherever_the_pieces_meet(checker):
    text = SENTENCE * 100
    phrase = SENTENCE * (MAX_PHRASE // len(SENTENCE))
    [checked] = checker.submit(Task([text], protect=(phrase,))).result(timeout=60)
    assert checked.corrected == text


@pytest.mark.parametrize("unseen", ["\xad", "\u200b\u2060"])
def test_a_text_in_pieces_is_corrected_wherever_something_unseen_lies_at_their_ends(
    checker, unseen
):
    # The pieces begin and end at other characters of each text.
    for shift in range(len(unseen) + 1):
        text = "好" * shift + unseen.join(SENTENCE * 60)
        [checked] = checker.submit(Task([text])).result(timeout=60)
        assert checked.corrected == "好" * shift + unseen.join(CORRECT * 60)


def test_a_phrase_is_protected_across_what_cannot_be_seen(checker):
    text = "\xad".join(SENTENCE)
    for phrase in (SENTENCE, SENTENCE[:-1], "\u200b".join(SENTENCE)):
        [checked] = checker.submit(Task([text], protect=(phrase,))).result(timeout=20)
        assert checked.corrected == text
    [checked] = checker.submit(Task([text], protect=("\xad", "好"))).result(timeout=20)
    assert checked.corrected == "\xad".join(CORRECT)


def test_the_pieces_of_a_text_are_read_in_its_writing(checker, monkeypatch):
    pytest.importorskip("opencc")
    # Most of it has no character of one writing only.
    plain = "今天很高行，你好不好？" * 60
    [checked] = checker.submit(Task(["我們學習中國歷史。" + plain])).result(timeout=60)
    assert "高興" in checked.corrected
    assert "兴" not in checked.corrected
    [checked] = checker.submit(Task([plain + "“我們學習”" + "我们学习历史。" * 9])).result(
        timeout=60
    )
    assert "高兴" in checked.corrected
    assert "興" not in checked.corrected
    # A short text beside it has its own.
    both = [checker.submit(Task(["我們學習。" + plain])), checker.submit(Task(["我今天很高行。"]))]
    assert both[1].result(timeout=60)[0].corrected == "我今天很高兴。"
    # Without the package, all of them are left alone.
    monkeypatch.setattr("spacy_sdcl.server.checker.can_convert", lambda: False)
    [checked] = checker.submit(Task(["我們學習。" + plain])).result(timeout=60)
    assert checked.corrections == []


def test_what_nobody_waits_for_any_more_is_not_read(checker, steps):
    checker.submit(Task([LONG]))
    steps.begun()
    abandoned = [checker.submit(Task(["没有人等的话。" * 500])) for _ in range(8)]
    for future in abandoned:
        assert future.cancel()
    short = checker.submit(Task([SENTENCE], Manner(threshold=0.5)))
    steps.go_on(2)
    assert short.result(timeout=20)
    steps.go_on(20)
    for _ in range(20):
        steps.begun()
    assert not any("没有人等" in text for turn in steps.turns for text in turn)


def test_the_rest_of_a_long_text_is_not_read_when_its_client_is_gone(checker, steps):
    long = checker.submit(Task([LONG]))
    steps.begun()
    assert long.cancel()
    steps.go_on(1)
    assert checker.submit(Task([""])).result(timeout=20)[0].corrected == ""
    steps.go_on(1)
    assert checker.submit(Task([SENTENCE])).result(timeout=20)
    assert len(steps.turns) == 2
    assert checker._waiting == 0


def test_the_failure_of_one_text_is_not_that_of_those_read_with_it(checker, monkeypatch):
    usual = checker.corrector.explain

    def broken(docs):
        if any("坏" in doc.text for doc in docs):
            raise ValueError
        return usual(docs)

    # All three wait until the first turn is over.
    first = Steps()
    monkeypatch.setattr(checker.corrector, "explain", first)
    checker.submit(Task(["好"]))
    first.begun()
    texts = [SENTENCE, "坏", SENTENCE]
    futures = [checker.submit(Task([text])) for text in texts]
    monkeypatch.setattr(checker.corrector, "explain", broken)
    first.go_on()
    assert futures[0].result(timeout=20)[0].corrected == CORRECT
    with pytest.raises(CheckFailed):
        futures[1].result(timeout=20)
    assert futures[2].result(timeout=20)[0].corrected == CORRECT
    assert checker._waiting == 0


def test_a_checker_that_is_closed_leaves_nobody_waiting(checker, steps):
    futures = [checker.submit(Task([LONG])) for _ in range(3)]
    steps.begun()
    checker.close(wait=False)
    for future in futures:
        with pytest.raises(Closing):
            future.result(timeout=1)
    with pytest.raises(Closing):
        checker.submit(Task(["好"]))
    steps.go_on()
    checker.close()
    assert len(steps.turns) == 1


def test_words_of_many_texts_do_not_stay_in_memory(checker):
    checker.submit(Task(["𠮷\t \t\n野家"])).result(timeout=20)
    before = len(checker._nlp.vocab.strings)
    for count in range(20):
        checker.submit(Task(["好" + " " * (count + 2) + "的"])).result(timeout=20)
    assert len(checker._nlp.vocab.strings) == before
