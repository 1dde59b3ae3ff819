import { Composer, type Document, Lexer, type ParsedNode, Parser } from 'yaml';

const LONGEST = 4 * 1024 * 1024;
/** About as many as 40,000 lines; lexing and composing them takes a second or two. */
const MOST_LEXEMES = 250_000;

/**
 * The values of a YAML stream, one document after the other. It throws where the text is broken, and before it takes
 * more memory than a healer has: lexemes are counted before anything is made of them.
 */
export function* yamlDocuments(text: string): Generator<unknown> {
  if (text.length > LONGEST) throw new RangeError(`${text.length} characters are too many`);
  const parser = new Parser();
  const composer = new Composer<ParsedNode>({ uniqueKeys: false });
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += 1;
    if (lexemes > MOST_LEXEMES) throw new RangeError(`more than ${MOST_LEXEMES} words of YAML`);
    for (const token of parser.next(lexeme)) yield* [...composer.next(token)].map(toPlain);
  }
  for (const token of parser.end()) yield* [...composer.next(token)].map(toPlain);
  yield* [...composer.end(false)].map(toPlain);
}

/** An alias without an anchor, or one that grows without bounds, is only found here. */
function toPlain(document: Document.Parsed): unknown {
  const [problem] = document.errors;
  if (problem !== undefined) throw problem;
  return document.toJS({ maxAliasCount: 100 });
}
