import { beforeEach } from 'vitest';

/** For tests that tell one story in order: none is run after one that failed, and that one shows what there was. */
export function tellInOrder(picture: () => Promise<string>): void {
  let isTorn = false;
  beforeEach(({ skip, onTestFailed }) => {
    skip(isTorn, 'the story broke off before');
    onTestFailed(async () => {
      isTorn = true;
      process.stderr.write(await picture());
    });
  });
}
