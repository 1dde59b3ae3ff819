import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { parseDocument } from 'yaml';
import { quote } from '../../fields/schema-fields.ts';
import { CHAOS_KINDS } from '../../model/chaos-kinds.ts';
import { didYouMean } from '../../yaml/nearest.ts';
import { type Path, type SourceFile, valueAt } from '../../yaml/source.ts';
import type { CheckSpec, FaultProblem } from '../shared/fault-kind.ts';

/** JSON Schema of each experiment kind's spec, from the CRDs of the version that will be installed. */
export type ChaosSchemas = ReadonlyMap<string, unknown>;

/** `schema/chaos-mesh.schema.json`: the schemas of one version, derived beforehand. */
export interface ChaosSchemaFile {
  /** Version of the module that defines the experiments. */
  readonly version: string;
  /** Key of the image build whose resource definitions they were derived from. */
  readonly build: string;
  readonly kinds: Readonly<Record<string, unknown>>;
}

/** Reads the experiment kinds' schemas from CRD files; other files and kinds are passed over. */
export function chaosSchemasFromCrds(files: readonly SourceFile[]): ChaosSchemas {
  const schemas = new Map<string, unknown>();
  for (const { text } of files) {
    // Told by a glance: Workflow and its kin nest every experiment and take seconds to parse.
    const kind = /^ {4}kind: (\w+)$/m.exec(text)?.[1] ?? '';
    if (!CHAOS_KINDS.some((known) => known === kind)) continue;
    const versions = valueAt(parseDocument(text).toJS(), ['spec', 'versions']);
    const stored: unknown = Array.isArray(versions)
      ? versions.find((version: unknown) => valueAt(version, ['storage']) === true)
      : null;
    const spec = valueAt(stored, ['schema', 'openAPIV3Schema', 'properties', 'spec']);
    if (spec !== undefined) schemas.set(kind, strict(spec));
  }
  return schemas;
}

/** The API server silently drops fields it does not know; here they are refused, since a typo would change the fault. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  if (valueAt(schema, ['x-kubernetes-int-or-string']) === true) return { type: ['integer', 'string'] };
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties')
      copy[key] = Object.fromEntries(Object.entries(value ?? {}).map(([name, item]) => [name, strict(item)]));
    else if (key !== 'description' && key !== 'default' && !key.startsWith('x-')) copy[key] = strict(value);
  }
  const isOpen = valueAt(schema, ['x-kubernetes-preserve-unknown-fields']) === true;
  if (copy.properties !== undefined && copy.additionalProperties === undefined && !isOpen)
    copy.additionalProperties = false;
  return copy;
}

/** A check of experiment specs against their kinds' schemas; each schema is compiled once, when first needed. */
export function createSpecChecker(schemas: ChaosSchemas): CheckSpec {
  const ajv = new Ajv({
    allErrors: true,
    strict: false,
    verbose: true,
    formats: { int32: true, int64: true, byte: true, 'date-time': true },
  });
  const compiled = new Map<string, ValidateFunction>();
  return (kind, spec) => {
    const schema = schemas.get(kind);
    if (typeof schema !== 'object' || schema === null) return [];
    const validate = compiled.get(kind) ?? ajv.compile(schema);
    compiled.set(kind, validate);
    return validate(spec) ? [] : (validate.errors ?? []).map(toProblem);
  };
}

function toProblem(error: ErrorObject): FaultProblem {
  const path = pointerToPath(error.instancePath);
  const extra: unknown = error.params.additionalProperty;
  if (typeof extra === 'string') {
    const known = Object.keys(valueAt(error.parentSchema, ['properties']) ?? {});
    const guess =
      extra === 'external'
        ? ' (what is outside of the cluster is listed in externalTargets)'
        : didYouMean(extra, known);
    const message = `unknown field${guess}: expected one of ${known.sort().join(', ')}`;
    return { path: [...path, extra], message, atKey: true };
  }
  const missing: unknown = error.params.missingProperty;
  if (typeof missing === 'string') return { path, message: messageFor(error), missing: [[...path, missing]] };
  return { path, message: messageFor(error) };
}

function messageFor(error: ErrorObject): string {
  const got = `got ${quote(error.data)}`;
  switch (error.keyword) {
    case 'required':
      return `expected the field ${error.params.missingProperty}, but it is missing`;
    case 'type':
      return `expected ${[error.schema].flat().join(' or ')}, ${got}`;
    case 'enum':
      return `expected one of ${[error.schema].flat().join(', ')}, ${got}`;
    case 'pattern':
      return `expected a text that matches ${error.params.pattern}, ${got}`;
    default:
      return `${error.message ?? error.keyword}, ${got}`;
  }
}

function pointerToPath(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
