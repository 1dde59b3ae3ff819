export type Attributes = Readonly<Record<string, string | number | null | undefined>>;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

function attributeText(attributes: Attributes): string {
  return Object.entries(attributes)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => ` ${name}="${typeof value === 'number' ? round(value) : escapeXml(String(value))}"`)
    .join('');
}

/** A tenth of a pixel is as fine as anybody sees. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** An element; children are finished markup. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const open = `<${name}${attributeText(attributes)}`;
  return children.length === 0 ? `${open}/>` : `${open}>${children.join('')}</${name}>`;
}

export function label(content: string, attributes: Attributes): string {
  return element('text', attributes, escapeXml(content));
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** What the picture shows, for those who cannot see it. */
  readonly description: string;
  readonly parts: readonly string[];
}

/** A picture that stands alone: its own colours for light and dark, a title and a description. */
export function drawing({ width, height, title, description, parts }: Drawing): string {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'aria-labelledby': 'title description',
  };
  return `${element(
    'svg',
    attributes,
    element('title', { id: 'title' }, escapeXml(title)),
    element('desc', { id: 'description' }, escapeXml(description)),
    element('style', {}, STYLE),
    element('defs', {}, HATCH),
    element('rect', { class: 'paper', width, height, rx: 10 }),
    ...parts,
  )}\n`;
}

/** Colours that stay apart for colour-blind eyes; every meaning also has a word, a place or a pattern of its own. */
const STYLE = `
svg{--paper:#ffffff;--ink:#1f2933;--soft:#5f6c7b;--line:#d9dfe6;--fault:#c2410c;--good:#0f7b53;--bad:#c0262d;--doubt:#7c4dbb;
--detect:#b7791f;--decide:#a8467f;--act:#1f6fb2;--restore:#0f7b53;--band:#0f7b53;--wash:.1}
@media (prefers-color-scheme:dark){svg{--paper:#161b22;--ink:#e6edf3;--soft:#9aa7b4;--line:#323b46;--fault:#f0823e;--good:#3fb98a;
--bad:#f4737a;--doubt:#b794f6;--detect:#e0a84b;--decide:#e08bbd;--act:#63b0ee;--restore:#3fb98a;--band:#3fb98a;--wash:.17}}
text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-size:13px;fill:var(--ink)}
.paper{fill:var(--paper)}.title{font-size:17px;font-weight:600}.small{font-size:11.5px}.soft{fill:var(--soft)}.strong{font-weight:600}
.number{font-variant-numeric:tabular-nums}.grid{stroke:var(--line);stroke-width:1}.axis{stroke:var(--soft);stroke-width:1}
.guide{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 4}.leader{stroke:var(--soft);stroke-width:1;fill:none}
.whisker{stroke:var(--ink);stroke-width:1.5}.budget{fill:none;stroke:var(--soft);stroke-width:1.2;stroke-dasharray:4 3}
.goal{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:6 4}.maybe{fill-opacity:.35}
.fault{fill:var(--fault)}.detect{fill:var(--detect)}.decide{fill:var(--decide)}.act{fill:var(--act)}.restore{fill:var(--restore)}
.good{fill:var(--good)}.bad{fill:var(--bad)}.doubt{fill:var(--doubt)}.neutral{fill:var(--soft)}
.curve{fill:none;stroke:var(--act);stroke-width:2;stroke-linejoin:round}.band{fill:var(--band);fill-opacity:var(--wash)}
.bound{stroke:var(--good);stroke-width:1.2}.window{fill:var(--fault);fill-opacity:var(--wash)}.frame{fill:none;stroke:var(--line)}
.hatch{stroke:var(--doubt);stroke-width:3}.onchip{fill:var(--paper);font-weight:700;font-size:12px}
`;

/** Where nobody knows, the picture shows neither a value nor nothing. */
const HATCH = element(
  'pattern',
  { id: 'unknown', width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
  element('line', { class: 'hatch', x1: 0, y1: 0, x2: 0, y2: 7 }),
);
