/** SIGKILL in the middle of a stream of changes: what was answered is there after the start, and nothing but what was asked. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ask } from "../support/control.ts";
import { LunetteProcess } from "../support/lunette-process.ts";

const KILLS = 10;
/** A change takes a few milliseconds: a kill comes within the first ones, at any step. */
const LONGEST_MS = 120;

let lunette: LunetteProcess;

beforeAll(async () => {
  lunette = await LunetteProcess.start(({ port }) => `[[portal_group]]\ntag = 1\nportals = ["127.0.0.1:${port}"]\n`);
});
afterAll(() => lunette?.dispose());

const socket = (): string => join(lunette.folder, "control.sock");

/** Asks for igroup n, n+1, … until the daemon is gone. Resolves to the number that was answered last. */
async function stream(first: number): Promise<number> {
  for (let number = first; ; number += 1) {
    const body = JSON.stringify({ name: `g${number}`, initiators: [`iqn.2026-11.com.example:h${number}`] });
    const headers = { "content-type": "application/json" };
    try {
      expect((await ask(socket(), "/v1/config/igroups", { method: "POST", headers, body })).status).toBe(201);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      return number - 1;
    }
  }
}

it("keeps every change that was answered, and at most the one that was under way", async () => {
  let stored = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const acknowledged = stream(stored + 1);
    await new Promise((resolve) => setTimeout(resolve, (LONGEST_MS * (kill + 1)) / KILLS));
    await lunette.kill();
    const last = await acknowledged;
    await lunette.run();
    const { items, generation } = (await ask(socket(), "/v1/config/igroups")).json as {
      items: { id: string; uuid: string }[];
      generation: number;
    };
    expect(items.map(({ id }) => id)).toEqual(Array.from({ length: items.length }, (_, index) => `g${index + 1}`));
    expect(generation).toBe(items.length);
    expect(items.length - last).toBeOneOf([0, 1]);
    stored = items.length;
    // The log tells the stored state too, whatever was lost in between.
    const { entries } = (await ask(socket(), "/v1/audit")).json as { entries: { generation?: number }[] };
    expect(entries.findLast((entry) => entry.generation !== undefined)?.generation).toBe(
      generation === 0 ? undefined : generation,
    );
  }
  expect(stored).toBeGreaterThan(0);
}, 60_000);
