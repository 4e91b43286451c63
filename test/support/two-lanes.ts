/**
 * The order of the files of a ring. End-to-end files run two at a time, and only one of two may boot the Linux guest: guests and
 * others take turns, so that one lane of each is busy.
 */
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** They take two minutes each: begun last, they would run alone. */
const LONG = ["libiscsi.test.ts", "linux-fio.test.ts"];

const isLong = ({ moduleId }: TestSpecification): boolean => LONG.some((name) => moduleId.endsWith(`/e2e/${name}`));
const needsGuest = ({ moduleId }: TestSpecification): boolean => /\/e2e\/linux-[^/]+$/.test(moduleId);

export default class TwoLanes extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = (await super.sort(files)).toSorted((a, b) => Number(isLong(b)) - Number(isLong(a)));
    const guests = sorted.filter(needsGuest);
    if (guests.length === 0) return sorted;
    const others = sorted.filter((file) => !needsGuest(file));
    // A lane takes the next file when its own ends: evenly mixed, a guest is next about as often as one has ended.
    const total = sorted.length;
    const mixed: TestSpecification[] = [];
    for (let index = 0; index < total; index++) {
      const guestsDue = Math.ceil(((index + 1) * guests.length) / total);
      const placed = mixed.filter(needsGuest).length;
      const next = placed < guestsDue && placed < guests.length ? guests[placed] : others[index - placed];
      mixed.push(next ?? (guests[placed] as TestSpecification));
    }
    return mixed;
  }
}
