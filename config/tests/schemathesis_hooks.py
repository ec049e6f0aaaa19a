"""Loaded by schemathesis: bytes of an upload in parts are sent as any other bytes are."""

import schemathesis

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
