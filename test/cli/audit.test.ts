import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ControlError } from "../../src/control/control-error.ts";
import { type FakeDaemon, fakeDaemon } from "./fake-daemon.ts";

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await fakeDaemon();
});
afterEach(() => daemon.control.close());

const entry = (sequence: number, more: object = {}) => ({
  sequence,
  at: "2026-11-21T10:00:00.000Z",
  actor: "uid:0",
  method: "PATCH",
  path: `/v1/config/volumes/vm${sequence}`,
  outcome: "applied",
  generation: sequence,
  ...more,
});
const REFUSED = entry(2, { outcome: "refused", error: { type: "in-use", message: "it is in use" }, generation: undefined });
const withoutTime = (text: string): string => text.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "NOW");

describe("lunette audit", () => {
  test("has a line for each change, and says why one was refused", async () => {
    daemon.answers.set("GET /v1/audit", () => ({ entries: [entry(1), REFUSED], next: 3, oldest: 1 }));
    const { code, out, err } = await daemon.run(["audit"]);
    expect([code, err]).toEqual([0, ""]);
    expect(withoutTime(out).split("\n")).toEqual([
      "NOW  applied  uid:0  PATCH /v1/config/volumes/vm1  generation 1",
      "NOW  refused  uid:0  PATCH /v1/config/volumes/vm2  in-use: it is in use",
    ]);
  });

  test("--follow tells each later change once and in order, says what is gone, and ends with 1 when the daemon does", async () => {
    const asked: string[] = [];
    const pages = [
      { entries: [entry(1)], next: 2, oldest: 1 },
      { entries: [entry(5), entry(6)], next: 7, oldest: 5 },
    ];
    daemon.answers.set("GET /v1/audit", ({ query }) => {
      asked.push(query.toString());
      const page = pages.shift();
      if (page === undefined) throw new ControlError("internal-error", "the daemon ends");
      return page;
    });
    const { code, out, err } = await daemon.run(["audit", "--follow", "--last", "1"]);
    expect(withoutTime(out).split("\n")).toEqual([
      "NOW  applied  uid:0  PATCH /v1/config/volumes/vm1  generation 1",
      "… 3 entries are no longer kept",
      "NOW  applied  uid:0  PATCH /v1/config/volumes/vm5  generation 5",
      "NOW  applied  uid:0  PATCH /v1/config/volumes/vm6  generation 6",
    ]);
    expect(asked).toEqual(["limit=1", "from=2&limit=1000", "from=7&limit=1000"]);
    expect([code, err]).toEqual([1, expect.stringContaining("lunette audit: the daemon ends")]);
  });

  test("--last 0 tells nothing of what has been, and more than a thousand is not understood", async () => {
    daemon.answers.set("GET /v1/audit", () => ({ entries: [entry(1)], next: 2, oldest: 1 }));
    expect(await daemon.run(["audit", "--last", "0", "--json"])).toMatchObject({ code: 0, out: "" });
    expect(await daemon.run(["audit", "--last", "1001"])).toMatchObject({ code: 2, err: expect.stringContaining("0 to 1000") });
  });
});
