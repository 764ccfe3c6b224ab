"""Outputs that are whole or not there: names, folders, full disks."""

import errno
import os

import pytest

from spacy_sdcl.data.writing import atomic_path, beside, naming
from spacy_sdcl.files.partial import PartialFile

resource = pytest.importorskip("resource")


@pytest.fixture
def small_disk():
    """As if the disk had room for files of some bytes only; the limit is of the whole process."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(size):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]) if size else before)

    yield limit
    limit(None)


def test_an_error_of_a_full_disk_names_the_file_that_was_to_be_written(tmp_path, small_disk):
    path = tmp_path / "new" / "out.txt"
    small_disk(1000)
    with pytest.raises(OSError) as error, atomic_path(path) as temporary:  # noqa: PT011
        temporary.write_bytes(b"x" * 2000)
    # Before pytest itself writes, to a file perhaps.
    small_disk(None)
    assert (error.value.errno, error.value.filename) == (errno.EFBIG, str(path))
    assert list(tmp_path.iterdir()) == []


def test_other_errors_are_not_said_to_be_of_that_file():
    with pytest.raises(OSError) as error, naming("out.txt"):  # noqa: PT011
        os.read(os.open(".", os.O_RDONLY), 1)
    assert error.value.filename is None


@pytest.mark.parametrize("length", [1, 200, 250, 255])
def test_a_name_of_any_length_can_be_written(tmp_path, length):
    name = "n" * length
    with atomic_path(tmp_path / name) as temporary:
        temporary.write_bytes(b"1")
    output = PartialFile(tmp_path / name, {"input": ""})
    output.open(resume=False)
    output.write(b"22")
    output.commit()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == b"22"


def test_places_beside_long_names_differ(tmp_path):
    names = ["字" * 80 + end for end in ("一", "二")]
    places = {beside(tmp_path / name, suffix) for name in names for suffix in (".a", ".b")}
    assert len(places) == 4
    assert all(len(os.fsencode(place.name)) <= 255 for place in places)


@pytest.mark.parametrize("name", ["n" * 256, "new/" + "字" * 86, "n" * 256 + "/out.txt"])
def test_a_name_that_is_too_long_is_refused_before_anything_is_done(tmp_path, name):
    for write in (lambda path: atomic_path(path).__enter__(), lambda path: PartialFile(path, None)):
        with pytest.raises(OSError, match="too long") as error:
            write(tmp_path / name)
        assert error.value.filename == str(tmp_path / name)
        assert list(tmp_path.iterdir()) == []


def test_folders_that_were_made_go_again_and_others_stay(tmp_path):
    (tmp_path / "old").mkdir()
    with pytest.raises(KeyError), atomic_path(tmp_path / "old" / "new" / "out"):
        raise KeyError
    assert [path.name for path in tmp_path.rglob("*")] == ["old"]
    output = PartialFile(tmp_path / "old" / "new" / "newer" / "out", None)
    output.open(resume=False)
    output.abandon()
    assert [path.name for path in tmp_path.rglob("*")] == ["old"]
