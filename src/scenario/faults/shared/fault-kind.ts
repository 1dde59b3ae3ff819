import type { z } from 'zod';
import type { SingleFault } from '../../model/fault.ts';
import type { Path } from '../../yaml/source.ts';
import type { FaultTemplate } from './template.ts';

/** Something wrong with a fault; `path` begins below the key of its kind. */
export interface FaultProblem {
  readonly path: Path;
  readonly message: string;
  /** The last element of `path` is a key that should not be there. */
  readonly atKey?: boolean;
  /** What is not there, where `path` is what asks for it. */
  readonly missing?: readonly Path[];
}

/** Checks the spec of a Chaos Mesh experiment against the schema of its kind, where there is one. */
export type CheckSpec = (kind: string, spec: unknown) => FaultProblem[];

/** What surrounds a fault in a document that may not be sound. */
export interface WrittenAround {
  readonly blastRadius: unknown;
  /** What the author looks at beside the fault, if anything. */
  readonly witness: unknown;
  readonly checkSpec: CheckSpec;
}

/** What surrounds a fault in a sound scenario. */
export interface Surroundings {
  /** Of the blast radius. */
  readonly namespaces: readonly string[];
  readonly workload: string | null;
}

/** Its targets, by deleting them, or the pods that are on them, by evicting them. */
export type TakenAway = 'targets' | 'pods-on-targets';

/**
 * A kind of fault as far as it can be told without a cluster. What it does to one is said by its `FaultRunner`, what proves
 * it by its witness. Functions are written as methods, so that the description of one kind can stand for that of any: each
 * is only ever given faults of its own kind.
 */
export interface FaultKind<Fault extends SingleFault = SingleFault, Document = unknown> {
  /** How it is written below the key of its kind. */
  readonly schema: z.ZodType<Document>;
  /** What was written, its texts turned into numbers. */
  read(document: Document): Fault;
  /** What is wrong with a text that the schema cannot say, whether or not the rest of the document is sound. */
  writtenProblems?(written: unknown, around: WrittenAround): readonly FaultProblem[];
  /** What is wrong with a fault of a sound document. */
  problems(fault: Fault, around: Surroundings): readonly FaultProblem[];
  /** Where its duration is written. */
  readonly durationPath: Path;
  /** Which limit of the blast radius has to allow at least one. */
  readonly counts: 'maxPods' | 'maxNodes';
  /** It happens once and leaves nothing in force, so that nothing about it can end. */
  isOneShot(fault: Fault): boolean;
  /** Whoever puts the target right takes the fault back: that is healing, not an early end. */
  readonly endsWithTarget: boolean;
  /** What it takes away from the cluster, as the audit log will tell; null where all stays there. */
  takesAway(fault: Fault): TakenAway | null;
  /** What is broken, in a few words: `NetworkChaos partition`, `node pause`, `patch Deployment`. */
  words(fault: Fault): string;
  /** The same where there is little room. */
  shortWords(fault: Fault): string;
  /** Scenarios to begin with, by the name that `new --fault` knows them by. */
  readonly templates: Readonly<Record<string, FaultTemplate>>;
}
