"""What Whoosh knows of a segment of any schema: its name, its size, and which of its documents are deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whoosh.codec import base

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.codec.codec import BlockCodec


class BlockSegment(base.Segment):  # type: ignore[misc]
    """A segment, by its files' name. Holds which documents were deleted since it was written.

    Whoosh pickles the segments of an index into its table of contents. Of this one, names and numbers go there.
    """

    def __init__(self, indexname: str) -> None:
        super().__init__(indexname)
        self._documents = 0
        self._deleted: set[int] = set()

    def __getstate__(self) -> dict[str, Any]:
        return {
            "indexname": self.indexname,
            "segid": self.segid,
            "documents": self._documents,
            "deleted": sorted(self._deleted),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.indexname = state["indexname"]
        self.segid = state["segid"]
        self.compound = False
        self._documents = state["documents"]
        self._deleted = set(state["deleted"])

    def codec(self) -> BlockCodec:
        """Return the codec."""
        from index.codec.codec import BlockCodec

        return BlockCodec()

    def should_assemble(self) -> bool:
        """Return False: Whoosh need not join the two files of a segment."""
        return False

    def set_doc_count(self, doccount: int) -> None:
        """Note the number of documents."""
        self._documents = doccount

    def doc_count_all(self) -> int:
        """Return the number of documents, deleted ones included."""
        return self._documents

    def deleted_count(self) -> int:
        """Return the number of deleted documents."""
        return len(self._deleted)

    def deleted_docs(self) -> Iterator[int]:
        """Return the deleted documents, in order."""
        return iter(sorted(self._deleted))

    def is_deleted(self, docnum: int) -> bool:
        """Say whether a document is deleted."""
        return docnum in self._deleted

    def delete_document(self, docnum: int, delete: bool = True) -> None:  # noqa: FBT001, FBT002 - Whoosh's signature
        """Delete a document, or take that back. Raises ValueError where there is no such document."""
        if not 0 <= docnum < self._documents:
            raise ValueError(f"no document {docnum} in a segment of {self._documents}")
        if delete:
            self._deleted.add(docnum)
        else:
            self._deleted.discard(docnum)
