"""Django's doors to the spool: every file of a multipart body becomes a `Spooled`."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile as DjangoUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from uploads_app.errors import FileTooLarge
from uploads_app.observing import metrics
from uploads_app.observing.measuring import outcome_of
from uploads_app.services.spooling import Spooled, SpoolWriter


class SpooledUpload(DjangoUploadedFile[bytes]):
    """A file of a request whose bytes lie in the spool; Django closes it when the request ends."""

    def __init__(self, writer: SpoolWriter, spooled: Spooled, content_type: str | None) -> None:
        super().__init__(spooled.path.open("rb"), spooled.name, content_type, spooled.size)
        self.spooled = spooled
        self._writer = writer

    def close(self) -> None:
        super().close()
        self._writer.discard()


class SpoolUploadHandler(FileUploadHandler):
    """Writes a file on arrival to the spool; refuses it as soon as it is too large."""

    chunk_size = 256 * 1024

    def __init__(self, request: HttpRequest | None = None, limit: int | None = None) -> None:
        """`limit` of a file, in bytes, where it is another than VITRINE_MAX_FILE_SIZE."""
        super().__init__(request)
        self._limit = limit
        self._open: list[SpoolWriter] = []

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        if content_length > settings.VITRINE_MAX_BODY_SIZE:
            raise FileTooLarge()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._writer = SpoolWriter(self.file_name or "", self._limit)
        self._open.append(self._writer)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            self._writer.write(raw_data)
        except BaseException as error:
            metrics.uploads.labels("multipart", outcome_of(error)).inc()
            self._writer.discard()
            raise

    def upload_interrupted(self) -> None:
        self.discard()

    def discard(self) -> None:
        """Removes whatever was written for this request; `SpoolMiddleware` calls it when the request ends."""
        for writer in self._open:
            writer.discard()

    def file_complete(self, file_size: int) -> SpooledUpload:
        return SpooledUpload(self._writer, self._writer.finish(), self.content_type)
