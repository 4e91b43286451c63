/** One boot of the guest as a group of tests: each case that the guest reports becomes a test of its own. */
import { expect } from "vitest";
import { type GuestOptions, type GuestRun, runGuest } from "./guest.ts";
import { describeWithTools } from "./tools.ts";

/** `describe` for tests that boot the guest: the programs that run it and those that go into its image. */
export function describeWithGuest(name: string, body: () => void): void {
  describeWithTools(
    [
      ...["qemu-system-x86_64", "cpio", "busybox", "depmod", "iscsid", "sg_vpd", "lsscsi", "fio", "mkfs.ext4", "mkfs.xfs"],
      ...["udevadm", "dmsetup"],
    ],
    name,
    body,
  );
}

export class GuestCases {
  readonly #run: GuestRun;
  readonly #asked = new Set<string>();

  constructor(run: GuestRun) {
    this.#run = run;
  }

  /** Fails unless the guest ran the case and reported success; the message is the case's log. */
  expectPassed(name: string): void {
    this.#asked.add(name);
    const result = this.#run.results.get(name);
    if (result === undefined) {
      const why = this.#run.incomplete ?? "no script has such a case";
      expect.fail(`the guest did not report ${name}: ${why}\n--- console\n${this.#run.console.slice(-8000)}`);
    }
    if (!result.ok) expect.fail(`${name} failed in the guest:\n${result.log}`);
  }

  /** The last test of a group: no result went unread, and the guest came to its end. */
  expectNoOthers(): void {
    expect([...this.#run.results.keys()].filter((name) => !this.#asked.has(name))).toEqual([]);
    expect(this.#run.incomplete).toBeUndefined();
  }
}

export async function runGuestCases(options: GuestOptions): Promise<GuestCases> {
  return new GuestCases(await runGuest(options));
}
