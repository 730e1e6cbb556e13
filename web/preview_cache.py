"""Previews of the uploads, read once for each way of reading."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from geo.intake import ReadOptions
from services.preview import Preview
from web.preview_shapes import PreviewShapes, shapes_of
from web.preview_store import Upload

__all__ = ["PreviewCache", "SeenPreview"]

MOST_KEPT = 16


@dataclass(frozen=True, slots=True)
class SeenPreview:
    """A preview with what its map draws; the frame itself is not kept."""

    preview: Preview
    shapes: PreviewShapes


class PreviewCache:
    """The latest previews; one that was forgotten is read again."""

    def __init__(self, look: Callable[[Sequence[Path], ReadOptions], Preview], crs: str) -> None:
        self._look = look
        self._crs = crs
        self._seen: OrderedDict[tuple[str, str], SeenPreview] = OrderedDict()
        self._lock = Lock()

    def of(self, upload: Upload, options: ReadOptions) -> SeenPreview:
        """Preview of an upload read so, which is what its form says now."""
        key = (upload.id, upload.revision)
        with self._lock:
            if key in self._seen:
                self._seen.move_to_end(key)
                return self._seen[key]
        preview = self._look(upload.paths, options)
        seen = SeenPreview(
            replace(preview, frame=preview.frame.iloc[:0]), shapes_of(preview, self._crs)
        )
        with self._lock:
            self._seen[key] = seen
            while len(self._seen) > MOST_KEPT:
                self._seen.popitem(last=False)
        return seen

    def forget(self, upload: Upload) -> None:
        """Drop what is kept of an upload that is gone."""
        with self._lock:
            for key in [key for key in self._seen if key[0] == upload.id]:
                del self._seen[key]
