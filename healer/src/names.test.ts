import { describe, expect, it } from 'vitest';
import { METRICS } from './names.ts';
import { createMetrics } from './telemetry/metrics.ts';

describe('the metrics', () => {
  it('are exactly those that names.ts promises', () => {
    const { registry } = createMetrics();
    const registered = registry.getMetricsAsArray().map(({ name }) => name);
    expect(registered.sort()).toEqual(Object.values(METRICS).sort());
  });
});
