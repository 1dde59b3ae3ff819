/** The parts of a generated JSON Schema that the reference shows. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  /** What every value of a mapping with free keys must be. */
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

/** Markdown reference of one document kind: a table for every mapping, in the order in which authors write them. */
export function renderReference(kind: string, schema: JsonSchema): string {
  const sections = sectionsOf('', schema, schema.definitions ?? {});
  return [`## ${kind}`, '', schema.description ?? '', '', ...sections].join('\n');
}

function sectionsOf(path: string, schema: JsonSchema, definitions: Readonly<Record<string, JsonSchema>>): string[] {
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0) return [];
  const rows = properties.map(([key, value]) => rowOf(key, resolve(value, definitions), schema.required ?? []));
  const heading = path === '' ? [] : [`### \`${path}\``, ''];
  const table = ['| key | value | | meaning |', '| --- | --- | --- | --- |', ...rows, ''];
  const inner = properties.flatMap(([key, value]) => {
    const below = path === '' ? key : `${path}.${key}`;
    return mappingsIn(below, value, definitions).flatMap(([at, found]) => sectionsOf(at, found, definitions));
  });
  return [...heading, ...table, ...inner];
}

function mappingsIn(
  path: string,
  schema: JsonSchema,
  definitions: Readonly<Record<string, JsonSchema>>,
): [string, JsonSchema][] {
  const resolved = resolve(schema, definitions);
  if (resolved.properties !== undefined) return [[path, resolved]];
  if (resolved.items !== undefined) return mappingsIn(`${path}[]`, resolved.items, definitions);
  if (typeof resolved.additionalProperties === 'object') {
    return mappingsIn(`${path}.*`, resolved.additionalProperties, definitions);
  }
  return (resolved.anyOf ?? []).flatMap((option) => mappingsIn(path, option, definitions));
}

function resolve(schema: JsonSchema, definitions: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const { allOf, $ref, ...own } = schema;
  const reference = $ref ?? allOf?.find((part) => part.$ref !== undefined)?.$ref;
  return reference === undefined ? schema : { ...definitions[reference.split('/').at(-1) ?? ''], ...own };
}

function rowOf(key: string, schema: JsonSchema, required: readonly string[]): string {
  const need = required.includes(key) ? 'required' : defaultOf(schema);
  const example = schema.examples?.[0] === undefined ? '' : ` Example: \`${cell(asText(schema.examples[0]))}\`.`;
  return `| \`${key}\` | ${cell(typeOf(schema))} | ${cell(need)} | ${cell(schema.description ?? '')}${example} |`;
}

function defaultOf(schema: JsonSchema): string {
  const isEmpty = schema.default === undefined || ['[]', '{}'].includes(JSON.stringify(schema.default));
  return isEmpty || typeof schema.default === 'object' ? 'optional' : `default \`${asText(schema.default)}\``;
}

function typeOf(schema: JsonSchema): string {
  if (schema.title !== undefined) return schema.title;
  if (schema.const !== undefined) return `\`${asText(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${asText(value)}\``).join(', ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  if (schema.items !== undefined) return schema.items.enum === undefined ? 'list' : `list of ${typeOf(schema.items)}`;
  return [schema.type ?? 'object']
    .flat()
    .map((type) => TYPE_WORDS[type] ?? 'mapping')
    .join(' or ');
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  array: 'list',
};

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
