import { describe, expect, it } from 'vitest';
import { type Backend, Rotation } from './rotation.ts';

const backend = (replica: string): Backend => ({ replica, host: replica, port: 80 });
const backends = (...replicas: string[]): Backend[] => replicas.map(backend);

describe('Rotation', () => {
  it('has nobody to call before the first look-up', () => {
    expect(new Rotation(30_000).next()).toBeUndefined();
  });

  it('calls every back end in turn', () => {
    const rotation = new Rotation(30_000);
    rotation.replace(backends('b', 'a', 'c'), 0);
    const called = Array.from({ length: 6 }, () => rotation.next()?.replica);
    expect(called).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  });

  it('never calls a back end that left the look-up', () => {
    const rotation = new Rotation(30_000);
    rotation.replace(backends('a', 'b'), 0);
    rotation.replace(backends('b'), 500);
    expect([rotation.next()?.replica, rotation.next()?.replica]).toEqual(['b', 'b']);
    expect(rotation.size).toBe(1);
  });

  it('names who joined once', () => {
    const rotation = new Rotation(30_000);
    expect(rotation.replace(backends('a', 'b'), 0).joined).toEqual(['a', 'b']);
    expect(rotation.replace(backends('a', 'b', 'c'), 500).joined).toEqual(['c']);
  });

  it('forgets a back end only after it has been away for the whole time', () => {
    const rotation = new Rotation(30_000);
    rotation.replace(backends('a', 'b'), 0);
    expect(rotation.replace(backends('a'), 1_000).forgotten).toEqual([]);
    expect(rotation.replace(backends('a'), 30_999).forgotten).toEqual([]);
    expect(rotation.replace(backends('a'), 31_000).forgotten).toEqual(['b']);
    expect(rotation.replace(backends('a'), 31_500).forgotten).toEqual([]);
  });

  it('keeps the series of a back end that comes back before it is forgotten', () => {
    const rotation = new Rotation(30_000);
    rotation.replace(backends('a', 'b'), 0);
    rotation.replace(backends('a'), 1_000);
    expect(rotation.replace(backends('a', 'b'), 5_000)).toEqual({ joined: [], forgotten: [] });
    expect(rotation.replace(backends('a', 'b'), 60_000).forgotten).toEqual([]);
  });
});
