import { describe, expect, it } from 'vitest';
import { FaultError } from '../../src/errors.ts';
import type { NodeCommands } from '../../src/ports/node-commands.ts';

export interface OpenNodeCommands extends AsyncDisposable {
  /** With commands for pause and reboot of the node `worker`, and none for drain. */
  readonly commands: NodeCommands;
  /** Whether the node stands still, looked at without any command. */
  isPaused(): Promise<boolean>;
  /** From now on every `do` fails. */
  breakThem(): Promise<void>;
}

/** What commands for nodes must do, the fake like the real ones. */
export function nodeCommandsContract(name: string, open: () => Promise<OpenNodeCommands>): void {
  describe(name, () => {
    it('knows for which actions there is a command', async () => {
      await using world = await open();
      expect(world.commands.of('drain')).toBeNull();
      expect(world.commands.of('reboot')).toMatchObject({ check: null });
      expect(world.commands.of('pause')?.check).not.toBeNull();
    });

    it('does, is asked whether it stands, and undoes, also twice', async () => {
      await using world = await open();
      expect(await world.commands.stands('pause', 'worker')).toBe(false);
      const report = await world.commands.run('pause', 'do', 'worker');
      expect(report.command).toContain('worker');
      expect(report.output).not.toBe('');
      expect([await world.isPaused(), await world.commands.stands('pause', 'worker')]).toEqual([true, true]);
      await world.commands.run('pause', 'undo', 'worker');
      await world.commands.run('pause', 'undo', 'worker');
      expect([await world.isPaused(), await world.commands.stands('pause', 'worker')]).toEqual([false, false]);
    });

    it('refuses with a FaultError where the command fails', async () => {
      await using world = await open();
      await world.breakThem();
      await expect(world.commands.run('pause', 'do', 'worker')).rejects.toThrow(FaultError);
      expect(await world.isPaused()).toBe(false);
    });

    it('arms a dead man that does nothing while it is not needed and can be sent home', async () => {
      await using world = await open();
      const deadMan = await world.commands.armDeadMan('pause', 'worker', 60_000);
      await world.commands.run('pause', 'do', 'worker');
      expect(await world.isPaused()).toBe(true);
      await deadMan.disarm();
      expect(await world.isPaused()).toBe(true);
      await world.commands.run('pause', 'undo', 'worker');
    });
  });
}
