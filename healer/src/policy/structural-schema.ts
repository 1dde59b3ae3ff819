/** Part of a JSON Schema, as generated from zod. */
export interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message: string }[];
  readonly [more: string]: unknown;
}

/** Keywords that the API server refuses, or that say nothing it needs. */
const DROPPED = new Set([
  '$schema',
  'anyOf',
  'oneOf',
  'additionalProperties',
  'propertyNames',
  'const',
  'exclusiveMinimum',
]);
const RESERVED = new Set(
  'as break const continue else false for function if import in let loop namespace null package return true var void while'.split(
    ' ',
  ),
);
const SAFE = Number.MAX_SAFE_INTEGER;

/**
 * The structural form of a schema, which is all that a custom resource definition may hold: no alternatives. A union told
 * apart by `type` becomes one object with every field of every variant, and rules that say which type needs and has which.
 */
export function toStructural(schema: JsonSchema): JsonSchema {
  const variants = schema.oneOf ?? schema.anyOf;
  if (schema['x-kubernetes-int-or-string'] === true) return strip(schema, ['type']);
  const flat = variants === undefined ? schema : mergeVariants(schema, variants);
  const { properties, items, additionalProperties } = flat;
  return {
    ...strip(flat),
    ...(flat.const === undefined ? {} : { enum: [flat.const] }),
    ...(properties === undefined ? {} : { properties: mapValues(properties, toStructural) }),
    ...(items === undefined ? {} : { items: toStructural(items) }),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: toStructural(additionalProperties) } : {}),
  };
}

function strip(schema: JsonSchema, more: readonly string[] = []): JsonSchema {
  const kept = Object.entries(schema).filter(
    ([key, value]) => !DROPPED.has(key) && !more.includes(key) && !isIdle(key, value, schema),
  );
  return Object.fromEntries(kept);
}

/** Bounds of JavaScript's numbers are none, and a format says better than a pattern what a time looks like. */
function isIdle(key: string, value: unknown, { format }: JsonSchema): boolean {
  return value === SAFE || value === -SAFE || (key === 'pattern' && format === 'date-time');
}

function mergeVariants(schema: JsonSchema, variants: readonly JsonSchema[]): JsonSchema {
  const names = [...new Set(variants.flatMap(({ properties = {} }) => Object.keys(properties)))];
  const properties = Object.fromEntries(
    names.map((name) => {
      const [first = {} as JsonSchema, ...others] = variants.flatMap(({ properties = {} }): JsonSchema[] =>
        [properties[name] ?? []].flat(),
      );
      return [name, name === 'type' ? typeOf(variants) : sameEverywhere(name, first, others)];
    }),
  );
  const rules = names.filter((name) => name !== 'type').flatMap((name) => rulesFor(name, variants));
  const { description } = schema;
  const common = { type: 'object', properties, required: ['type'], 'x-kubernetes-validations': rules };
  return { ...common, ...(description === undefined ? {} : { description }) };
}

function typeOf(variants: readonly JsonSchema[]): JsonSchema {
  return { type: 'string', enum: variants.flatMap(typesOf) };
}

function typesOf({ properties }: JsonSchema): readonly string[] {
  const type = properties?.type;
  return (type?.enum ?? [type?.const]).map(String);
}

function sameEverywhere(name: string, first: JsonSchema, others: readonly JsonSchema[]): JsonSchema {
  const differs = others.some((other) => JSON.stringify(other) !== JSON.stringify(first));
  if (differs) throw new Error(`${name} does not mean the same in every variant, so they cannot become one object`);
  return first;
}

function rulesFor(name: string, variants: readonly JsonSchema[]): { rule: string; message: string }[] {
  const having = variants.filter(({ properties = {} }) => name in properties).flatMap(typesOf);
  const needing = variants.filter(({ required = [] }) => required.includes(name)).flatMap(typesOf);
  const rules = [];
  if (needing.length > 0) {
    rules.push({
      rule: `!(self.type in ${list(needing)}) || has(self.${field(name)})`,
      message: `${name} is needed for ${needing.join(', ')}`,
    });
  }
  if (having.length < variants.flatMap(typesOf).length) {
    rules.push({
      rule: `!has(self.${field(name)}) || self.type in ${list(having)}`,
      message: `${name} belongs to ${having.join(', ')} only`,
    });
  }
  return rules;
}

function list(names: readonly string[]): string {
  return `[${names.map((name) => `'${name}'`).join(', ')}]`;
}

/** Words that the rule language keeps for itself are written differently in it. */
function field(name: string): string {
  return RESERVED.has(name) ? `__${name}__` : name;
}

function mapValues(
  record: Readonly<Record<string, JsonSchema>>,
  map: (value: JsonSchema) => JsonSchema,
): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
