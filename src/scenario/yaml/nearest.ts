/** The candidate that a misspelt word most likely means, or null where none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Math.min(3, Math.floor(word.length / 2)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** ` (did you mean x?)`, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const guess = nearest(word, candidates);
  return guess === null ? '' : ` (did you mean ${guess}?)`;
}

/** Whether a message has a guess in it. */
export function hasGuess(message: string): boolean {
  return message.includes(' (did you mean ');
}

function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  [...from].forEach((letter, row) => {
    let [diagonal, left] = [row, row + 1];
    previous = previous.map((above, column) => {
      if (column === 0) return left;
      left = Math.min(diagonal + (letter === to[column - 1] ? 0 : 1), above + 1, left + 1);
      diagonal = above;
      return left;
    });
  });
  return previous.at(-1) ?? 0;
}
