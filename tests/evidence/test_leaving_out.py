from spacy_sdcl.evidence.leaving_out import SHARED, LeftOut

# Sixteen characters, and so five parts of twelve.
TEXT = "昨天下午老师带我们去图书馆看书，"
RIGHT = "昨天下午老师带我们去图书馆看书了"


def test_a_line_that_is_listed_is_not_kept():
    left_out = LeftOut([f"{TEXT}\n", "好。"])
    assert not left_out.keeps(TEXT)
    assert not left_out.keeps("好。")
    assert left_out.keeps(TEXT[1:])
    assert left_out.found == 2


def test_a_line_that_shares_twelve_characters_in_a_row_with_a_text_is_not_kept():
    left_out = LeftOut(texts=[RIGHT])
    shared = RIGHT[2 : 2 + SHARED]
    assert not left_out.keeps(f"他说{shared}。")
    # What stands between the characters makes no other sentence of it.
    assert not left_out.keeps(f"“{shared[:5]}，{shared[5:]} (v2)")
    assert left_out.keeps(f"他说{shared[:-1]}。")
    assert left_out.keeps(f"他说{shared[:6]}也{shared[6:]}。")


def test_a_short_text_is_known_by_the_whole_of_it():
    left_out = LeftOut(texts=["今天很好。", "OK!"])
    assert not left_out.keeps("今天很好！")
    assert left_out.keeps("今天很好看。")
    # A text without Chinese stands for no line.
    assert left_out.keeps("2024")
    assert left_out.keeps("OK!")
