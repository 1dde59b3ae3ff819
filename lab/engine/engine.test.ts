import { describe, expect, it } from 'vitest';
import { FakeRun } from '../../test/fakes/fake-run.ts';
import { EngineProvider } from './engine.ts';

const signal = new AbortController().signal;
const answer = JSON.stringify({ ServerVersion: '28.0.1', Name: 'x' });
const silent = { exitCode: 1, output: 'Cannot connect to the Docker daemon' };
const own = 'docker --host unix:///cache/engine/run/docker.sock info';

function provider(fake: FakeRun, choice: 'auto' | 'private'): EngineProvider {
  const wait = () => Promise.reject(new Error('nothing to wait for'));
  return new EngineProvider({ run: fake.run, wait, confirm: async () => false, cacheDir: '/cache', choice });
}

describe('EngineProvider', () => {
  it("uses the user's engine where none of our own runs", async () => {
    const fake = new FakeRun().on(own, silent).on('docker info', answer);
    expect(await provider(fake, 'auto').find(signal)).toEqual({
      dockerHost: undefined,
      isPrivate: false,
      version: '28.0.1',
    });
  });

  it('keeps to our own engine while it runs, because the lab may live in it', async () => {
    const fake = new FakeRun().on(own, answer).on('docker info', answer);
    expect(await provider(fake, 'auto').find(signal)).toMatchObject({ isPrivate: true });
  });

  it("never looks at the user's engine when it was told to use its own", async () => {
    const fake = new FakeRun().on(own, silent).on('docker info', answer);
    expect(await provider(fake, 'private').find(signal)).toBeUndefined();
    expect(fake.lines.some((line) => line.startsWith('docker info'))).toBe(false);
  });

  it('takes a client without a server for no engine', async () => {
    const fake = new FakeRun().on(own, silent).on('docker info', JSON.stringify({ ServerErrors: ['no'] }));
    expect(await provider(fake, 'auto').find(signal)).toBeUndefined();
  });
});
