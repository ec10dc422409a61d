"""Columns: a value for each document of a field, to sort and group by; what Whoosh's types of them become in a file.

A column is written by its kind, which the directory names:

    numbers     NumericColumn: an array
    bytes       VarBytesColumn and its compressed variants: the values, and where each begins
    references  RefBytesColumn: for each document the number of its value, and the values
    stored      PickleColumn: values as JSON, `index.codec.stored`, and where each begins
    whoosh      any other: the bytes that the type's own writer made

The first four are ours because Whoosh's own write pickles, or end at 65,535 different values or at 2 GiB. Sort keys are
those of Whoosh. A document behind the last one with a value has the default of the column that is read.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from whoosh import columns
from whoosh.filedb.structfile import BufferFile, StructFile

from index.codec.files import Spool
from index.codec.stored import decode_stored, encode_stored
from index.segment.layout import BadSegmentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from whoosh.columns import Column

    from index.segment.layout import SegmentFile

_CODES = {"l": "q", "L": "Q"}
"""Type codes that are of another size on each machine, and those that take their place."""
_NUMERIC = frozenset("bBhHiIlLqQfd")


class ColumnWriter:
    """Writes one column; documents come in ascending order, and some may not come."""

    kind = ""

    def encode(self, value: Any) -> Any:
        """Return a value as `add` wants it. Raises TypeError, OverflowError for one that does not fit."""
        return value

    def add(self, document: int, value: Any) -> None:
        """Note the encoded value of a document."""
        raise NotImplementedError

    def write(self, file: SegmentFile, name: str, documents: int) -> None:
        """Write the sections of the column, whose names end in `name`."""
        raise NotImplementedError

    def close(self) -> None:
        """Give temporary files up, written or not."""


class _Numbers(ColumnWriter):
    kind = "numbers"

    def __init__(self, column: Any) -> None:
        self._default = column.default_value()
        self._values = array(_number_code(column))

    def encode(self, value: Any) -> Any:
        return array(self._values.typecode, [value])[0]

    def add(self, document: int, value: Any) -> None:
        missing = document - len(self._values)
        if missing > 0:
            self._values.extend([self._default] * missing)
        self._values.append(value)

    def write(self, file: SegmentFile, name: str, documents: int) -> None:  # noqa: ARG002 - the rest is the default
        file.add(f"column:{name}", self._values.typecode, [self._values])


class _Bytes(ColumnWriter):
    kind = "bytes"

    def __init__(self, folder: str | None) -> None:
        self._spool = Spool(folder)
        self._starts = array("Q")

    def encode(self, value: Any) -> Any:
        return bytes(memoryview(value))

    def add(self, document: int, value: Any) -> None:
        self._starts.extend([self._spool.size] * (document - len(self._starts)))
        self._starts.append(self._spool.size)
        self._spool.write(value)

    def write(self, file: SegmentFile, name: str, documents: int) -> None:
        end = self._spool.size
        self._starts.extend([end] * (documents + 1 - len(self._starts)))
        file.add(f"column:{name}", "B", self._spool)
        file.add(f"column_start:{name}", "Q", [self._starts])

    def close(self) -> None:
        self._spool.close()


class _Stored(_Bytes):
    kind = "stored"

    def encode(self, value: Any) -> Any:
        # Nothing is what a document without a value has, too.
        return b"" if value is None else encode_stored(value)


class _References(ColumnWriter):
    kind = "references"

    def __init__(self, column: Any) -> None:
        self._numbers: dict[bytes, int] = {column.default_value(): 0}
        self._references = array("I")

    def encode(self, value: Any) -> Any:
        return bytes(memoryview(value))

    def add(self, document: int, value: Any) -> None:
        self._references.extend([0] * (document - len(self._references)))
        self._references.append(self._numbers.setdefault(value, len(self._numbers)))

    def write(self, file: SegmentFile, name: str, documents: int) -> None:  # noqa: ARG002
        values = _Bytes(None)
        for number, value in enumerate(self._numbers):
            values.add(number, value)
        values.write(file, name, len(self._numbers))
        file.add(f"column_value:{name}", "I", [self._references])


class _Whoosh(ColumnWriter):
    kind = "whoosh"

    def __init__(self, column: Any, folder: str | None) -> None:
        self._spool = Spool(folder)
        self._writer = column.writer(StructFile(self._spool))

    def add(self, document: int, value: Any) -> None:
        self._writer.add(document, value)

    def write(self, file: SegmentFile, name: str, documents: int) -> None:
        self._writer.finish(documents)
        file.add(f"column:{name}", "B", self._spool)

    def close(self) -> None:
        self._spool.close()


def column_writer(column: Column, folder: str | None) -> ColumnWriter:
    """Return the writer for a type of column; it spools to unnamed files in a folder, None for the system's.

    Raises TypeError for types of others that would write pickles.
    """
    kind = type(column)
    if kind is columns.NumericColumn and column._typecode in _NUMERIC:  # noqa: SLF001 - has no other name
        return _Numbers(column)
    if kind in {columns.VarBytesColumn, columns.CompressedBytesColumn, columns.CompressedBlockColumn}:
        return _Bytes(folder)
    if kind is columns.RefBytesColumn:
        return _References(column)
    if kind is columns.PickleColumn:
        return _Stored(folder)
    _refuse_pickles(column)
    return _Whoosh(column, folder)


def _refuse_pickles(column: Any) -> None:
    while column is not None:
        if isinstance(column, columns.PickleColumn | columns.CompressedBlockColumn):
            raise TypeError(
                f"{type(column).__name__} would write pickles or read them; take a column type of Whoosh's own"
            )
        # What wraps another has it here.
        column = getattr(column, "_child", None)


def _number_code(column: Any) -> str:
    code: str = column._typecode  # noqa: SLF001 - has no other name
    return _CODES.get(code, code)


class NumbersReader(columns.ColumnReader):  # type: ignore[misc]
    """A column of numbers, read in place."""

    def __init__(self, values: Sequence[Any], default: Any = 0, documents: int | None = None) -> None:
        self._values = values
        self._default = default
        self._documents = len(values) if documents is None else documents
        self._sign = 1

    def __getitem__(self, docnum: int) -> Any:
        return self._values[docnum] if docnum < len(self._values) else self._default

    def __len__(self) -> int:
        return self._documents

    def sort_key(self, docnum: int) -> Any:
        """Return the number to sort by."""
        return self._sign * self[docnum]

    def load(self) -> Sequence[Any]:
        """Return all values."""
        return self._values if len(self._values) == self._documents else list(self)

    def __iter__(self) -> Any:
        return map(self.__getitem__, range(self._documents))

    def set_reverse(self) -> None:
        """Sort by the negative from now on."""
        self._sign = -1


class BytesReader(columns.ColumnReader):  # type: ignore[misc]
    """A column of byte strings, or of what is decoded from them."""

    def __init__(self, data: memoryview, starts: Sequence[int], decode: Callable[[bytes], Any] = bytes) -> None:
        self._data = data
        self._starts = starts
        self._decode = decode

    def __getitem__(self, docnum: int) -> Any:
        return self._decode(self.sort_key(docnum))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def sort_key(self, docnum: int) -> bytes:
        """Return the bytes as they are stored."""
        return bytes(self._data[self._starts[docnum] : self._starts[docnum + 1]])

    def __iter__(self) -> Any:
        return map(self.__getitem__, range(len(self)))


class _ReferencesReader(columns.ColumnReader):  # type: ignore[misc]
    def __init__(self, references: Sequence[int], values: list[bytes], default: bytes, documents: int) -> None:
        self._references = references
        self._values = values
        self._default = default
        self._documents = documents

    def __getitem__(self, docnum: int) -> bytes:
        return self._values[self._references[docnum]] if docnum < len(self._references) else self._default

    def __len__(self) -> int:
        return self._documents

    def __iter__(self) -> Any:
        return map(self.__getitem__, range(self._documents))


def read_column(
    sections: Mapping[str, memoryview], kind: str, name: str, column: Column, documents: int
) -> columns.ColumnReader:
    """Return a reader of a column that was written as some kind. Raises BadSegmentError, TypeError."""
    data = sections[f"column:{name}"]
    if kind == "numbers":
        return NumbersReader(data, column.default_value(), documents)
    if kind == "bytes":
        return BytesReader(data, sections[f"column_start:{name}"])
    if kind == "stored":
        return BytesReader(
            data, sections[f"column_start:{name}"], lambda value: decode_stored(value) if value else None
        )
    if kind == "references":
        values = list(BytesReader(data, sections[f"column_start:{name}"]))
        return _ReferencesReader(sections[f"column_value:{name}"], values, column.default_value(), documents)
    if kind == "whoosh":
        return read_added_column(data, column, documents)
    raise BadSegmentError(f"a column of the kind {kind!r}")


def read_added_column(data: memoryview, column: Column, documents: int) -> columns.ColumnReader:
    """Return a reader of a column that Whoosh's own writer for its type wrote. Raises BadSegmentError."""
    if isinstance(column, columns.PickleColumn | columns.CompressedBlockColumn):
        raise BadSegmentError(
            f"a {type(column).__name__} that Whoosh wrote by itself holds pickles, which are not read"
        )
    return column.reader(BufferFile(data), 0, len(data), documents)
