"""Arrays in files: what is written is read again, and whatever is wrong with a file is said."""

import json
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from safetensors import SafetensorError
from safetensors.numpy import load, save

from spacy_sdcl.model.storage import Kind, Stored, open_stored, pack, unpack

KIND = Kind("table", "table of the tests", format=2, sealed=2, remedy="Make it anew.")
VALUES = {"words": ["一", "[unused]"], "size": 3, "nested": {"checksum": "0" * 64}}
ARRAYS = {
    "a": np.arange(6, dtype="<f2").reshape(2, 3),
    "b": np.zeros((0, 3), dtype="u1"),
    "c": np.array(7, dtype="<i8"),
}
DTYPES = ["?", "i1", "u1", "<i2", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8"]


def damaged(data, what=""):
    return pytest.raises(ValueError, match=rf"^file\.bin .*{what}.*\. Make it anew\.$")


def rewrite(data, change):
    """The file with another header, of which its checksum knows nothing."""
    (length,) = struct.unpack("<Q", data[:8])
    entries = json.loads(data[8 : 8 + length])
    change(entries)
    header = json.dumps(entries).encode()
    return struct.pack("<Q", len(header)) + header + data[8 + length :]


def unsealed(data, change=lambda entries: None):
    """The same as of the format before, which had no checksum."""

    def change_both(entries):
        values = json.loads(entries["__metadata__"]["table"])
        del values["checksum"]
        entries["__metadata__"]["table"] = json.dumps({**values, "format": 1})
        change(entries)

    return rewrite(data, change_both)


class TestWhole:
    @given(st.dictionaries(st.text(min_size=1, max_size=4), st.sampled_from(DTYPES)), st.data())
    def test_what_is_written_is_read_again_and_by_the_library_too(self, names, data):
        names.pop("__metadata__", None)
        shapes = st_numpy.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
        arrays = {
            name: data.draw(st_numpy.arrays(dtype, shapes, elements={"allow_nan": False}))
            if "f" in dtype
            else data.draw(st_numpy.arrays(dtype, shapes))
            for name, dtype in names.items()
        }
        written = pack(KIND, VALUES, arrays)
        for found in (unpack(KIND, written, "file.bin").arrays, load(written)):
            assert found.keys() == arrays.keys()
            for name, array in arrays.items():
                assert found[name].dtype == array.dtype
                assert found[name].shape == array.shape
                assert np.array_equal(found[name], array)

    def test_the_values_are_read_again(self):
        assert unpack(KIND, pack(KIND, VALUES, ARRAYS), "x").values == {"format": 2, **VALUES}

    def test_equal_contents_make_equal_files(self):
        # Runs that are gone on with compare the bytes of models between processes.
        assert len({pack(KIND, VALUES, ARRAYS) for _ in range(20)}) == 1

    def test_a_file_is_mapped_and_not_read_into_memory(self, tmp_path):
        path = tmp_path / "file.bin"
        path.write_bytes(pack(KIND, VALUES, {"large": np.ones(4_000_000, dtype="<f4")}))
        tracemalloc.start()
        stored = open_stored(KIND, path)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert stored.name == str(path)
        assert stored.arrays["large"][-1] == 1
        assert peak < 1_000_000

    def test_a_file_of_the_format_before_has_no_checksum_and_loads(self):
        stored = unpack(KIND, unsealed(pack(KIND, VALUES, ARRAYS)), "file.bin")
        assert stored.values == {**VALUES, "format": 1}
        assert np.array_equal(stored.arrays["a"], ARRAYS["a"])


class TestDamaged:
    def test_no_flipped_bit_goes_unnoticed(self):
        data = pack(KIND, VALUES, ARRAYS)
        for bit in range(len(data) * 8):
            changed = bytearray(data)
            changed[bit // 8] ^= 1 << bit % 8
            with pytest.raises(ValueError, match=r"^file\.bin "):
                unpack(KIND, bytes(changed), "file.bin")

    def test_a_flipped_bit_is_told_from_other_damage(self):
        data = pack(KIND, VALUES, ARRAYS)
        with damaged(data, "not what its checksum says"):
            unpack(KIND, data[:-1] + b"\xff", "file.bin")
        # For those who have looked a moment ago.
        assert unpack(KIND, data[:-1] + b"\xff", "file.bin", verify=False)

    def test_no_truncated_file_is_read(self):
        data = pack(KIND, VALUES, ARRAYS)
        for length in range(len(data)):
            with pytest.raises(ValueError, match=r"^file\.bin "):
                unpack(KIND, data[:length], "file.bin")
        for length in (8 + 200, len(data) - 1):
            with damaged(data, "cut off"):
                unpack(KIND, data[:length], "file.bin")

    def test_an_empty_file_cannot_be_mapped_and_is_no_table(self, tmp_path):
        (tmp_path / "empty").touch()
        with pytest.raises(ValueError, match="empty is not a table of the tests, but 0 bytes"):
            open_stored(KIND, tmp_path / "empty")

    def test_a_file_that_goes_on_is_refused(self):
        data = pack(KIND, VALUES, ARRAYS)
        for each in (data, unsealed(data)):
            with damaged(each, "longer than it says, by 3 bytes"):
                unpack(KIND, each + b"\0\0\0", "file.bin")

    @pytest.mark.parametrize(
        "entry",
        [
            {"dtype": "F16", "shape": [2, 4], "data_offsets": [8, 20]},
            {"dtype": "F16", "shape": [-2, -3], "data_offsets": [8, 20]},
            {"dtype": "F16", "shape": [2**32, 2**32, 6], "data_offsets": [8, 20]},
            {"dtype": "F16", "shape": [2, 3], "data_offsets": [20, 8]},
            {"dtype": "F16", "shape": [2.0, 3.0], "data_offsets": [8, 20]},
            {"dtype": "F16", "shape": [True, 6], "data_offsets": [8, 20]},
            {"dtype": "F16", "shape": [2, 3], "data_offsets": [4, 16]},
            {"dtype": "F16", "shape": [2, 3]},
            {"dtype": "F99", "shape": [2, 3], "data_offsets": [8, 20]},
            {"dtype": ["F16"], "shape": [2, 3], "data_offsets": [8, 20]},
            {"dtype": "F16", "shape": [1] * 99 + [6], "data_offsets": [8, 20]},
            {"dtype": "F16", "shape": 6, "data_offsets": [8, 20]},
            {"dtype": "F64", "shape": [10**15], "data_offsets": [8, 8 + 8 * 10**15]},
            "F16",
            None,
        ],
    )
    def test_places_and_shapes_that_cannot_be_are_refused(self, entry):
        data = unsealed(pack(KIND, VALUES, ARRAYS), lambda entries: entries.update(a=entry))
        with damaged(data):
            unpack(KIND, data, "file.bin")

    def test_a_header_of_an_absurd_length_takes_no_memory(self):
        data = pack(KIND, VALUES, ARRAYS)
        tracemalloc.start()
        for length in (2**63, 2**40, len(data)):
            with damaged(data, "its header is of"):
                unpack(KIND, struct.pack("<Q", length) + data[8:], "file.bin")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 100_000

    @pytest.mark.parametrize(
        "data",
        [
            b"PK\x03\x04 a zip, or what torch has pickled",
            struct.pack("<Q", 2) + b"[]",
            struct.pack("<Q", 2) + b"{}",
            save({"a": np.zeros(1)}),
            save({"a": np.zeros(1)}, {"table": "[]"}),
            save({"a": np.zeros(1)}, {"table": '"format"'}),
            save({"a": np.zeros(1)}, {"other": "{}"}),
        ],
    )
    def test_a_file_of_another_kind_is_called_so(self, data):
        with damaged(data, "is not a table of the tests"):
            unpack(KIND, data, "file.bin")

    @pytest.mark.parametrize("version", ["2", None, 0, 1.0, True])
    def test_a_format_that_is_none_is_refused(self, version):
        data = save({"a": np.zeros(1)}, {"table": json.dumps({"format": version})})
        with damaged(data, "its format is"):
            unpack(KIND, data, "file.bin")

    def test_a_later_format_asks_for_a_later_version(self):
        data = save({"a": np.zeros(1)}, {"table": json.dumps({"format": 3, "checksum": "?"})})
        with pytest.raises(ValueError, match=r"format 3, .* up to 2: upgrade spacy_sdcl"):
            unpack(KIND, data, "file.bin")

    def test_what_the_library_refuses_is_refused(self):
        data = pack(KIND, VALUES, ARRAYS)

        def overlap(entries):
            entries["c"]["data_offsets"] = [4, 12]

        for each in (data + b"\0", data[:-1], unsealed(data, overlap)):
            with pytest.raises(SafetensorError):
                load(each)
            with damaged(each):
                unpack(KIND, each, "file.bin")


class TestChecks:
    def stored(self, **values):
        arrays = {"a": np.zeros((2, 3), dtype="<f4")}
        return Stored(KIND, "file.bin", {"size": 3, "share": 1, **values}, arrays)

    def test_an_array_is_got_as_it_must_be(self):
        array = self.stored().array("a", dtype="<f4", shape=(None, 3))
        assert array.shape == (2, 3)

    @pytest.mark.parametrize(
        ("name", "wanted", "message"),
        [
            ("b", {}, "has no b"),
            ("a", {"dtype": "<i4"}, "has a as float32, not as int32"),
            ("a", {"shape": (None, 4)}, r"has a in the shape \(2, 3\), not \(any, 4\)"),
            ("a", {"shape": (6,)}, "in the shape"),
        ],
    )
    def test_an_array_that_is_missing_or_another_is_named(self, name, wanted, message):
        with damaged(None, message):
            self.stored().array(name, **wanted)

    def test_values_have_their_types(self):
        self.stored().check_types({"size": int, "share": float})
        for value in ("3", 3.0, True, None, [3]):
            with damaged(None, "has size as "):
                self.stored(size=value).check_types({"size": int})
        with damaged(None, "has no length"):
            self.stored().check_types({"length": int})

    @pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
    def test_numbers_that_are_none_are_refused(self, number):
        stored = self.stored()
        stored.check_finite()
        stored.arrays["a"][1, 2] = number
        with damaged(None, "holds a with numbers that are none"):
            stored.check_finite()
