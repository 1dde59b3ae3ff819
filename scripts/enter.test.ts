import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const LOCK = '{"lockfileVersion": 3}';

/** A clone with a made-up Node 24, and an npm that installs it (or does what it is told). */
class Clone {
  readonly root = mkdtempSync(join(tmpdir(), 'healproof-enter-'));
  readonly bin = join(this.root, 'bin');

  constructor() {
    onTestFinished(() => rmSync(this.root, { recursive: true, force: true }));
    mkdirSync(join(this.root, 'scripts'));
    mkdirSync(this.bin);
    copyFileSync(join(import.meta.dirname, 'enter.mjs'), join(this.root, 'scripts', 'enter.mjs'));
    writeFileSync(join(this.root, 'package-lock.json'), LOCK);
  }

  write(path: string, script: string): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }

  installed(nodeScript: string): this {
    this.write('node_modules/node/bin/node', nodeScript);
    writeFileSync(join(this.root, 'node_modules', '.healproof-lock'), createHash('sha256').update(LOCK).digest('hex'));
    return this;
  }

  start(args: readonly string[], nodeFlags: readonly string[] = []) {
    const env = { PATH: `${this.bin}:/usr/bin:/bin` };
    const child = spawn(process.execPath, [...nodeFlags, 'scripts/enter.mjs', ...args], { cwd: this.root, env });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
    const ended = once(child, 'close').then(([code]) => ({ code: code as number, said }));
    return { child, ended, says: async (text: string) => void (await untilSaid(() => said, text, child)) };
  }

  run(args: readonly string[], nodeFlags: readonly string[] = []) {
    return this.start(args, nodeFlags).ended;
  }
}

async function untilSaid(said: () => string, text: string, child: ReturnType<typeof spawn>): Promise<void> {
  while (!said().includes(text)) await once(child.stdout ?? child, 'data');
}

describe('the entry of npm start and npm test', () => {
  it('hands over arguments and exit code to the Node that npm installed', async () => {
    const clone = new Clone().installed('echo "$@"; exit 7');
    expect(await clone.run(['start', '--keep'])).toEqual({
      code: 7,
      said: 'src/cli/main.mjs start scenarios/wedged-replica-is-replaced.yaml --keep\n',
    });
  });

  it('installs once, and again when the lock file changes', async () => {
    const clone = new Clone();
    clone.write(
      'bin/npm',
      `echo npm "$@"; mkdir -p node_modules/node/bin; printf '#!/bin/sh\\necho ran\\n' > node_modules/node/bin/node; chmod +x node_modules/node/bin/node`,
    );
    expect((await clone.run(['test'])).said).toMatch(/Installing.*npm ci.*ran/s);
    expect((await clone.run(['test'])).said).toBe('ran\n');
    writeFileSync(join(clone.root, 'package-lock.json'), `${LOCK}\n`);
    expect((await clone.run(['test'])).said).toContain('npm ci');
  });

  it('installs again after an installation that failed half-way', async () => {
    const clone = new Clone();
    clone.write('bin/npm', 'mkdir -p node_modules/node/bin; touch node_modules/node/bin/node; exit 1');
    const { code, said } = await clone.run(['test']);
    expect(code).toBe(3);
    expect(said).toContain('npm could not install the dependencies');
    expect(existsSync(join(clone.root, 'node_modules', '.healproof-lock'))).toBe(false);
  });

  it('says in one sentence that Node is too old, that npm is missing, that Node 24 was not installed', async () => {
    const old = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'16.20.2'})";
    expect(await new Clone().run(['start'], ['--import', old])).toEqual({
      code: 3,
      said: 'Node 16.20.2 is too old to install anything: install Node 18 or newer to begin.\n',
    });
    const without = new Clone();
    without.write('bin/npm', 'exit 0');
    expect((await without.run(['start'])).said).toContain('npm installed no Node 24');
    const bare = new Clone();
    const child = spawn(process.execPath, ['scripts/enter.mjs', 'start'], { cwd: bare.root, env: { PATH: bare.bin } });
    let said = '';
    child.stderr.on('data', (chunk) => (said += String(chunk)));
    expect((await once(child, 'close'))[0]).toBe(3);
    expect(said).toMatch(/npm cannot be started .* Install Node\.js with npm\./);
  });

  it('refuses a verb that it does not know', async () => {
    expect(await new Clone().run(['toString'])).toEqual({
      code: 3,
      said: 'expected one of start, test, game-day, got "toString"\n',
    });
  });

  it('passes one Ctrl-C on once, however many processes pass it on, and waits for the clean-up', async () => {
    const cleansUp = `let heard = 0;
      process.on("SIGINT", () => { heard += 1; setTimeout(() => { console.log("cleaned up after", heard); process.exit(130); }, 200); });
      setInterval(() => {}, 1000);
      console.log("ready");`;
    const clone = new Clone().installed(`exec ${process.execPath} -e '${cleansUp}'`);
    const entry = clone.start(['start']);
    await entry.says('ready');
    entry.child.kill('SIGINT');
    entry.child.kill('SIGINT');
    const { code, said } = await entry.ended;
    expect(code).toBe(130);
    expect(said).toBe('ready\ncleaned up after 1\n');
  });
});
