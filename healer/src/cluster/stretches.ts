import { type ContainerView, creationTrouble, imageTrouble } from './container.ts';

/** Symptoms that count only when they last. */
const SYMPTOMS = ['imageTrouble', 'unscheduled', 'creating', 'failed'] as const;
export type Symptom = (typeof SYMPTOMS)[number];

/** When each symptom was first seen in its present stretch, by the healer's clock, epoch milliseconds. */
export type Stretches = Readonly<Partial<Record<Symptom, number>>>;

/** The stretches of a pod as it is now; what was there before goes on, what is new begins at `nowMs`. */
export function stretchesOf(
  pod: {
    readonly phase: string;
    readonly node: string | undefined;
    readonly containers: readonly ContainerView[];
    /** It was never meant to end. */
    readonly isEndless: boolean;
  },
  before: Stretches | undefined,
  nowMs: number,
): Stretches {
  const present: Record<Symptom, boolean> = {
    imageTrouble: imageTrouble(pod.containers) !== undefined,
    unscheduled: pod.phase === 'Pending' && pod.node === undefined,
    creating: pod.phase === 'Pending' && pod.node !== undefined && creationTrouble(pod.containers) !== undefined,
    // One that the kubelet evicts counts as Succeeded where its program ends in order when it is told to.
    failed: pod.phase === 'Failed' || (pod.phase === 'Succeeded' && pod.isEndless),
  };
  const lasting = SYMPTOMS.filter((symptom) => present[symptom]);
  return Object.fromEntries(lasting.map((symptom) => [symptom, before?.[symptom] ?? nowMs]));
}
