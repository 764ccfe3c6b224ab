"""File systems of Arrow, as s3:// and others are, on a folder of this machine."""

import gzip
from contextlib import suppress

import pytest

from spacy_sdcl.distributed import run as run_module
from spacy_sdcl.distributed import storage as storage_module
from spacy_sdcl.distributed import work as work_module
from spacy_sdcl.distributed.storage import Place, find_files, locate, state_of, written_whole


@pytest.fixture
def arrow_place(tmp_path):
    pytest.importorskip("pyarrow")
    from fsspec.implementations.arrow import ArrowFSWrapper
    from pyarrow.fs import LocalFileSystem

    return Place(ArrowFSWrapper(LocalFileSystem()), tmp_path.as_posix())


def test_a_file_appears_whole_or_not_at_all(arrow_place, tmp_path):
    with written_whole(arrow_place / "new" / "a.txt") as file:
        file.write("他们".encode())
        assert not (tmp_path / "new" / "a.txt").exists()
    assert (tmp_path / "new" / "a.txt").read_text(encoding="utf-8") == "他们"
    with suppress(RuntimeError), written_whole(arrow_place / "new" / "a.txt") as file:
        file.write(b"other")
        raise RuntimeError
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.txt"]
    assert (tmp_path / "new" / "a.txt").read_text(encoding="utf-8") == "他们"


def test_files_are_listed_with_their_states(arrow_place, tmp_path):
    (tmp_path / "b.txt").write_bytes(b"12")
    (tmp_path / "_hidden.txt").touch()
    assert find_files(arrow_place) == [f"{tmp_path.as_posix()}/b.txt"]
    size, changed = state_of(arrow_place / "b.txt")
    assert size == 2
    assert changed == state_of(arrow_place / "b.txt")[1] != ""


@pytest.mark.parametrize("compressed", [False, True])
def test_a_run_reads_and_writes_there(
    arrow_place, order, corpus, tmp_path, monkeypatch, correct_all, read_parts, fix, compressed
):
    raw = corpus.read_bytes()
    if compressed:
        corpus = tmp_path / "corpus.txt.gz"
        corpus.write_bytes(gzip.compress(raw))

    def in_arrow(address):
        return arrow_place._replace(path=locate(address).path)

    for module in (run_module, work_module):
        monkeypatch.setattr(module, "locate", in_arrow)
    correct_all(order._replace(input=str(corpus)))
    assert read_parts(order.output).decode() == "\n".join(map(fix, raw.decode().split("\n")))


def test_an_address_is_that_of_its_file_system():
    pytest.importorskip("pyarrow")
    system, path = locate("mock:///folder/a.txt")
    assert type(system).__name__ == "ArrowFSWrapper"
    assert path.strip("/") == "folder/a.txt"
    assert locate("memory://folder").path == "/folder"
    assert storage_module.full_address("file:///folder") == "/folder"
    with pytest.raises(ValueError, match="cannot be reached"):
        locate("nowhere://folder")
