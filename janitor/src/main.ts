import { Registry } from 'prom-client';
import { connect } from '../../src/adapters/kubernetes/connection.ts';
import { inClusterAccess } from '../../src/adapters/kubernetes/in-cluster.ts';
import { KubernetesApi } from '../../src/adapters/kubernetes/kube.ts';
import { systemClock } from '../../src/adapters/system-clock/system-clock.ts';
import { Janitor } from './janitor.ts';
import { RunMetrics } from './run-metrics.ts';
import { serveStatus } from './status-server.ts';
import { VitalSigns } from './vital-signs.ts';

const PORT = 8080;

function log(message: string, facts: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), message, ...facts })}\n`);
}

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort(new Error(signal)));

const registry = new Registry();
const signs = new VitalSigns(registry, systemClock);
const kube = new KubernetesApi(connect(inClusterAccess()));
const runs = new RunMetrics(registry, { kube, clock: systemClock, log });
const server = serveStatus(PORT, registry, signs, () => void runs.refresh());
log('watching the lease');
await new Janitor({ kube, clock: systemClock, signal: stop.signal, log }, signs).run();
log('stopped');
server.close();
server.closeAllConnections();
