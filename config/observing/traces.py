"""Traces by OpenTelemetry, where VITRINE_OTEL_ENDPOINT is set; nothing else imports this module.

What leaves is built anew from what may be known: attributes by an allow-list, no words of errors, and nothing
that a client said of its own trace beyond its id.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from multiprocessing.util import Finalize

from django.conf import settings
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import SpanContext, Status

from uploads_app.observing import spans

_PASSED_ON = {
    "http.method",
    "http.request.method",
    "http.route",
    "http.status_code",
    "http.response.status_code",
    "alias",
    "method",
    "format",
}


def start() -> TracerProvider:
    """From now on requests, decoding, rendering and calls of storages are traced."""
    share = TraceIdRatioBased(settings.VITRINE_OTEL_SHARE)
    # Whoever asks may name a trace to belong to, and has no say in whether it is kept.
    sampler = ParentBased(share, remote_parent_sampled=share, remote_parent_not_sampled=share)
    provider = TracerProvider(sampler=sampler, resource=Resource({"service.name": "vitrine"}))
    endpoint = f"{settings.VITRINE_OTEL_ENDPOINT.rstrip('/')}/v1/traces"
    provider.add_span_processor(BatchSpanProcessor(DiscreetExporter(OTLPSpanExporter(endpoint, timeout=5))))
    DjangoInstrumentor().instrument(tracer_provider=provider, excluded_urls="healthz,readyz,metrics")
    tracer = provider.get_tracer("vitrine")

    def begin(name: str, attributes: dict[str, str]) -> AbstractContextManager[object]:
        return tracer.start_as_current_span(name, attributes=attributes, record_exception=False)

    spans.kept_by(begin)
    # Not atexit: see uploads_app.services.decoding.
    Finalize(None, provider.shutdown, exitpriority=10)
    return provider


class DiscreetExporter(SpanExporter):
    """Hands on what may be known of spans."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._inner.export([_discreet(span) for span in spans])

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


def _discreet(span: ReadableSpan) -> ReadableSpan:
    attributes = {name: value for name, value in (span.attributes or {}).items() if name in _PASSED_ON}
    return ReadableSpan(
        name=span.name,
        context=_bare(span.context),
        parent=_bare(span.parent),
        resource=span.resource,
        attributes=attributes,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _bare(context: SpanContext | None) -> SpanContext | None:
    if context is None:
        return None
    return SpanContext(context.trace_id, context.span_id, context.is_remote, context.trace_flags)
