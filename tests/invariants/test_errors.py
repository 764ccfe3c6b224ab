"""An error in one text reaches the error handler for that text alone; the others are kept."""

import pytest
from agreement import check_same
from awkward import TEXTS_OF_ONE_BATCH

BROKEN = "坏"


class BrokenText(RuntimeError):
    pass


@pytest.fixture
def fragile_nlp(trained_nlp, monkeypatch):
    """A pipeline whose corrector fails where it reads a batch with a certain text, and a list of
    the texts that reached its error handler."""
    corrector = trained_nlp.get_pipe("sdcl_corrector")
    corrector.threshold = 0.0
    read = corrector.control.read

    def fail_at_one(doc):
        if doc.text == BROKEN:
            raise BrokenText
        return read(doc)

    monkeypatch.setattr(corrector.control, "read", fail_at_one)
    failed = []
    trained_nlp.set_error_handler(
        lambda name, component, docs, error: failed.append(
            (name, component, [doc.text for doc in docs], type(error))
        )
    )
    return trained_nlp, failed


@pytest.mark.parametrize("batch_size", [1, 3, 1000])
def test_the_other_texts_of_a_batch_are_corrected_as_on_their_own(
    fragile_nlp, expected, batch_size
):
    nlp, failed = fragile_nlp
    middle = len(TEXTS_OF_ONE_BATCH) // 2
    texts = [BROKEN, *TEXTS_OF_ONE_BATCH[:middle], BROKEN, *TEXTS_OF_ONE_BATCH[middle:], BROKEN]
    check_same(nlp.pipe(texts, batch_size=batch_size), expected)
    corrector = nlp.get_pipe("sdcl_corrector")
    assert failed == [("sdcl_corrector", corrector, [BROKEN], BrokenText)] * 3


def test_a_batch_of_broken_texts_alone_leaves_nothing(fragile_nlp):
    nlp, failed = fragile_nlp
    assert list(nlp.pipe([BROKEN] * 3, batch_size=2)) == []
    assert len(failed) == 3


def test_without_a_handler_the_error_is_raised(fragile_nlp):
    nlp, _ = fragile_nlp
    corrector = nlp.get_pipe("sdcl_corrector")
    del corrector.error_handler
    with pytest.raises(BrokenText):
        list(corrector.pipe(map(nlp.make_doc, ["", BROKEN])))
