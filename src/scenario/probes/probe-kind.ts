import type { z } from 'zod';
import { duration, expected, text } from '../fields/schema-fields.ts';
import type { Probe } from '../model/scenario.ts';
import type { Tolerance } from '../model/tolerance.ts';
import type { Path } from '../yaml/source.ts';

/** Something wrong with a probe; `path` begins below the probe. */
export interface ProbeProblem {
  readonly path: Path;
  readonly message: string;
  /** The last element of `path` is a key that is the trouble. */
  readonly atKey?: boolean;
}

/**
 * A kind of probe as far as it can be told without asking it. How a live one is asked is said by its `LiveProbeReader`.
 * Functions are written as methods, so that the description of one kind can stand for that of any: each is only ever given
 * probes of its own kind.
 */
export interface ProbeKind<Kind extends Probe = Probe, Document = unknown> {
  readonly schema: z.ZodType<Document>;
  /** What was written, its texts turned into numbers. */
  read(document: Document): Kind;
  /** What is wrong with a text that the schema cannot say, whether or not the rest of the document is sound. */
  writtenProblems(written: unknown): readonly ProbeProblem[];
  /** What is wrong with a probe of a sound document. */
  problems(probe: Kind): readonly ProbeProblem[];
  /** The PromQL that it asks. */
  queries(probe: Kind): readonly string[];
}

/** Fields of every probe. */
export const commonFields = {
  name: text('a name for this probe')
    .max(100, expected('a name of at most 100 characters'))
    .meta({ description: 'Unique within the scenario.', examples: ['checkout latency'] }),
  for: duration.meta({ description: 'How long it must have held before anything is injected.' }),
};

/** Of every probe that cannot be asked about the past. */
export const every = duration
  .default('1s')
  .meta({ description: 'How often it is asked, in whole seconds. A change shows up to twice this late.' });

/** Of a probe that says yes (1) or no (0). */
export const IS_SO: Tolerance = { kind: 'compare', operator: '==', value: 1 };
