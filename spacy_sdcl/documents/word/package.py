"""The zip archive of a document: parts are read within bounds; what is not changed keeps its bytes.

The standard zipfile reads; it cannot write an archive of which most records stay as they are, so
that the records are put together here, by the layout of PKWARE's APPNOTE, sections 4.3.7 to 4.3.16.
"""

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from ..errors import DamagedFile

# Bytes that are unpacked of one document, at most: the text of some fifty thick novels.
LARGEST = 1 << 28
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
SAVE_AGAIN = "open it in Word or LibreOffice, and save it as .docx"
CENTRAL, LOCAL, END = "<4s6H3L5H2L", "<4s5H3L2H", "<4s4H2LH"
CENTRAL_SIZE, LOCAL_SIZE, END_SIZE = map(struct.calcsize, (CENTRAL, LOCAL, END))
# Says that a number stands in a field of zip64.
ELSEWHERE = 0xFFFFFFFF
DESCRIPTOR = 1 << 3


class Record:
    """An entry of the archive's directory.

    info (ZipInfo): The entry as zipfile reads it.
    raw (bytes): Its bytes.
    """

    def __init__(self, info: ZipInfo, raw: bytes) -> None:
        self.info = info
        self.fields = list(struct.unpack_from(CENTRAL, raw))
        self.tail = raw[CENTRAL_SIZE:]

    @property
    def name(self) -> bytes:
        """The name as it is written."""
        return self.tail[: self.fields[10]]

    def bytes_at(self, offset: int) -> bytes:
        """The entry, for data that lies elsewhere now.

        offset (int): Where its local record begins.
        RETURNS (bytes): The entry.
        """
        self.fields[-1] = offset
        return struct.pack(CENTRAL, *self.fields) + self.tail

    def replace(self, content: bytes) -> bytes:
        """Take other content.

        content (bytes): The content of the part.
        RETURNS (bytes): The local record, compressed as the old one was.
        """
        method = ZIP_STORED if self.fields[4] == ZIP_STORED else ZIP_DEFLATED
        packed = content
        if method == ZIP_DEFLATED:
            compressor = zlib.compressobj(6, zlib.DEFLATED, -15)
            packed = compressor.compress(content) + compressor.flush()
        self.fields[3] &= ~DESCRIPTOR
        self.fields[4] = method
        self.fields[7:10] = zlib.crc32(content), len(packed), len(content)
        version, flags, _, time, date, crc, size, length = self.fields[2:10]
        head = (b"PK\3\4", version, flags, method, time, date, crc, size, length)
        return struct.pack(LOCAL, *head, len(self.name), 0) + self.name + packed


class Package:
    """The parts of a document.

    data (bytes): The file.
    RAISES (DamagedFile): If it is no archive, or an encrypted one.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._left = LARGEST
        if data.startswith(OLE):
            raise _ole(data)
        try:
            self._archive = ZipFile(BytesIO(data))
        except (BadZipFile, ValueError, NotImplementedError) as error:
            raise DamagedFile(f"this is no .docx file ({error})", SAVE_AGAIN) from error
        # Names of parts are the same in small and capital letters.
        self._infos = {info.filename.lower(): info for info in self._archive.infolist()}
        if len(self._infos) < len(self._archive.infolist()):
            raise DamagedFile("two parts of it have one name", SAVE_AGAIN)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._infos

    def read(self, name: str) -> bytes:
        """Unpack a part.

        name (str): Its name, without a slash before it.
        RETURNS (bytes): Its content.
        RAISES (DamagedFile): If it is not there, not to be unpacked, encrypted, or too large.
        """
        if name not in self:
            raise DamagedFile(f"its part {name} is missing", SAVE_AGAIN)
        info = self._infos[name.lower()]
        if info.flag_bits & 1:
            raise DamagedFile("it is encrypted", "save it without a password")
        self._left -= info.file_size
        if self._left < 0:
            what = f"unpacked, its parts are larger than {LARGEST >> 20} MB"
            raise DamagedFile(what, "divide the document")
        try:
            with self._archive.open(info) as file:
                # Not more than was said, whatever comes out of it.
                return file.read(info.file_size + 1)
        except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise DamagedFile(f"its part {name} is damaged ({error})", SAVE_AGAIN) from error

    def write(self, changed: Mapping[str, bytes], added: Mapping[str, bytes]) -> bytes:
        """Put the archive together again.

        changed (Mapping[str, bytes]): Parts whose content is another now.
        added (Mapping[str, bytes]): New parts.
        RETURNS (bytes): The file; all other parts are the same bytes, in the same order.
        """
        records = self._records()
        shift = records[0].info.header_offset - records[0].fields[-1]
        if len({record.info.header_offset for record in records}) < len(records):
            raise DamagedFile("two parts of it share their bytes", SAVE_AGAIN)
        contents = {name.lower(): content for name, content in changed.items()}
        by_place = sorted(records, key=lambda record: record.info.header_offset)
        starts = [record.info.header_offset for record in by_place]
        out = bytearray(self.data[: starts[0]])
        places = {}
        for record, start, end in zip(
            by_place, starts, [*starts[1:], self._archive.start_dir], strict=True
        ):
            places[record.name] = len(out) - shift
            content = contents.get(record.info.filename.lower())
            out += self.data[start:end] if content is None else record.replace(content)
        for name, content in added.items():
            record = _new_record(name, records[0])
            records.append(record)
            places[record.name] = len(out) - shift
            out += record.replace(content)
        start = len(out)
        for record in records:
            out += record.bytes_at(places[record.name])
        return bytes(out + self._end(len(records), len(out) - start, start - shift))

    def _records(self) -> list[Record]:
        records = []
        place = self._archive.start_dir
        for info in self._archive.infolist():
            size = CENTRAL_SIZE + sum(struct.unpack_from("<3H", self.data, place + 28))
            records.append(Record(info, self.data[place : place + size]))
            if ELSEWHERE in records[-1].fields:
                raise _zip64()
            place += size
        self._end_at = place
        return records

    def _end(self, count: int, size: int, start: int) -> bytes:
        end = list(struct.unpack_from(END, self.data, self._end_at))
        if end[0] != b"PK\5\6":
            raise _zip64()
        end[3:7] = count, count, size, start
        return struct.pack(END, *end) + self.data[self._end_at + END_SIZE :]


def _new_record(name: str, like: Record) -> Record:
    written = name.encode("ascii")
    fields = [*like.fields]
    fields[3], fields[4] = 0, ZIP_DEFLATED
    fields[10:16] = len(written), 0, 0, 0, 0, 0
    return Record(ZipInfo(name), struct.pack(CENTRAL, *fields) + written)


def _ole(data: bytes) -> DamagedFile:
    if ENCRYPTED in data:
        return DamagedFile("it is encrypted", "save it without a password")
    return DamagedFile("this is a file of Word before 2007, or of another program", SAVE_AGAIN)


def _zip64() -> DamagedFile:
    return DamagedFile("its archive is of the kind for more than 4 GB (zip64)", SAVE_AGAIN)
