import { BaseSequencer, type TestSequencerConstructor, type TestSpecification } from 'vitest/node';

/** Scenario files run in the order in which they were asked for, not by what Vitest remembers of them. */
export function givenOrder(files: readonly string[]): TestSequencerConstructor {
  const places = new Map(files.map((file, index) => [file, index]));
  return class extends BaseSequencer {
    override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
      const placeOf = ({ moduleId }: TestSpecification): number => places.get(moduleId) ?? places.size;
      return specifications.toSorted((a, b) => placeOf(a) - placeOf(b));
    }
  };
}
