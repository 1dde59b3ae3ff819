import { LABELS } from '../../../healer/src/names.ts';
import { DEAD_MAN, type UndoRecord } from '../../experiment/cluster-records/undo.ts';
import type { Kube, KubeRef } from '../../ports/kube.ts';
import type { Recorder } from '../recording/recorder.ts';

/** An undo record before it got its place in the order. */
export type UndoDraft = UndoRecord extends infer R ? (R extends unknown ? Omit<R, 'sequence'> : never) : never;

/** Writes every way back to the run's Secret and to the journal before the change is made, so that anybody can replay it. */
export class UndoLog {
  readonly #kube: Kube;
  readonly #recorder: Recorder;
  readonly #runId: string;
  #sequence = 0;

  constructor(kube: Kube, recorder: Recorder, runId: string) {
    this.#kube = kube;
    this.#recorder = recorder;
    this.#runId = runId;
  }

  get ref(): KubeRef {
    return { apiVersion: 'v1', kind: 'Secret', namespace: DEAD_MAN.namespace, name: DEAD_MAN.undoSecret(this.#runId) };
  }

  async open(): Promise<void> {
    const { apiVersion, kind, namespace, name } = this.ref;
    const metadata = { namespace, name, labels: { [LABELS.run]: this.#runId } };
    await this.#kube.create({ apiVersion, kind, metadata, type: 'Opaque', stringData: {} });
  }

  async write(draft: UndoDraft): Promise<UndoRecord> {
    this.#sequence += 1;
    const record = { ...draft, sequence: this.#sequence } as UndoRecord;
    this.#recorder.fact('undo', record);
    const key = `${String(record.sequence).padStart(6, '0')}.json`;
    await this.#kube.patch(this.ref, { stringData: { [key]: JSON.stringify(record) } });
    return record;
  }

  async close(): Promise<void> {
    await this.#kube.remove(this.ref);
  }
}
