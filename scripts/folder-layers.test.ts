import { describe, expect, it } from 'vitest';
import { crowdedFolders, foldersInCircles, MOST_SOURCES } from './folder-layers.ts';

describe('folders form layers', () => {
  it('finds folders that import each other through different files', () => {
    const files = [
      { path: 'a/one.ts', imports: ['b/two.ts'] },
      { path: 'b/two.ts', imports: [] },
      { path: 'b/three.ts', imports: ['a/four.ts'] },
      { path: 'a/four.ts', imports: [] },
      { path: 'c/five.ts', imports: ['a/one.ts'] },
    ];
    expect(foldersInCircles(files)).toEqual([['a', 'b']]);
  });

  it('finds a circle over three folders, once', () => {
    const files = [
      { path: 'a/x.ts', imports: ['b/x.ts'] },
      { path: 'b/x.ts', imports: ['c/x.ts'] },
      { path: 'c/x.ts', imports: ['a/y.ts'] },
      { path: 'a/y.ts', imports: [] },
    ];
    expect(foldersInCircles(files)).toEqual([['a', 'b', 'c']]);
  });

  it('has nothing against layers, imports within a folder and what is not ours', () => {
    const files = [
      { path: 'a/x.ts', imports: ['a/y.ts', 'b/x.ts', 'node_modules/zod/index.js'] },
      { path: 'a/y.ts', imports: ['a/x.ts'] },
      { path: 'b/x.ts', imports: [] },
    ];
    expect(foldersInCircles(files)).toEqual([]);
  });

  it('finds a folder with too many sources', () => {
    const many = Array.from({ length: MOST_SOURCES + 1 }, (_, index) => ({ path: `a/${index}.ts`, imports: [] }));
    expect(crowdedFolders(many)).toEqual([['a', MOST_SOURCES + 1]]);
    expect(crowdedFolders(many.slice(1))).toEqual([]);
  });
});
