import { createHash } from 'node:crypto';
import { type Attributes, ROOT_CONTEXT, SpanStatusCode, TraceFlags, type Tracer, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { HealerRecord, RecordedTarget } from '../names.ts';
import type { Traces } from './traces.ts';

/** Spans by OTLP over HTTP; where to is read from `OTEL_EXPORTER_OTLP_ENDPOINT` and its like by the library itself. */
export function otlpTraces(instance: string): Traces {
  const processor = new BatchSpanProcessor({ exporter: new OTLPTraceExporter() });
  const resource = resourceFromAttributes({ 'service.name': 'healer', 'service.instance.id': instance });
  const provider = new TracerProvider({ resource, spanProcessors: [processor] });
  const tracer = provider.getTracer('healer');
  return { record: (record, firstSeenMs) => span(tracer, record, firstSeenMs), stop: () => provider.shutdown() };
}

function span(tracer: Tracer, record: HealerRecord, firstSeenMs: number): void {
  const { incident, stage, policy, condition, target, action, refusal, reason, recordedAtMs } = record;
  const attributes = {
    'healer.incident': incident,
    'healer.stage': stage,
    'healer.policy': policy,
    'healer.condition': condition,
    'healer.reason': reason,
    'k8s.namespace.name': target.namespace,
    ...nameOf(target),
    ...(action === undefined ? {} : { 'healer.action': action }),
    ...(refusal === undefined ? {} : { 'healer.refusal': refusal }),
  };
  const startTime = Math.min(startOf(record, firstSeenMs), recordedAtMs);
  const started = tracer.startSpan(`healer ${stage}`, { attributes, startTime }, parentOf(incident));
  if (stage === 'failed' || stage === 'gave-up') started.setStatus({ code: SpanStatusCode.ERROR, message: reason });
  started.end(recordedAtMs);
}

/** Conventions know no releases, so that attribute is the healer's own. */
function nameOf({ kind, name, uid }: RecordedTarget): Attributes {
  switch (kind) {
    case 'Pod':
      return { 'k8s.pod.name': name, 'k8s.pod.uid': uid };
    case 'HelmRelease':
      return { 'healer.release.name': name };
    default:
      return kind satisfies never;
  }
}

function startOf({ stage, detectedAtMs, decidedAtMs, actedAtMs }: HealerRecord, firstSeenMs: number): number {
  switch (stage) {
    case 'detected':
      return firstSeenMs;
    case 'refused':
    case 'acted':
      return decidedAtMs ?? detectedAtMs;
    case 'failed':
    case 'resolved':
    case 'gave-up':
      return actedAtMs ?? decidedAtMs ?? detectedAtMs;
    default:
      return stage satisfies never;
  }
}

/** The same incident gives the same trace on every replica, so that its id is enough to find it. */
function parentOf(incident: string): ReturnType<typeof trace.setSpanContext> {
  const digest = createHash('sha256').update(incident).digest('hex');
  const parent = { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48), traceFlags: TraceFlags.SAMPLED };
  return trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true });
}
