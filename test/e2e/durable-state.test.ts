/**
 * What a unit remembers, across restarts, kills and broken files (SPC-4 5.13.5): the state after a restart is the last one that was acknowledged
 * or the one that was on its way, and never anything else; and PREEMPT AND ABORT keeps its promise to whoever fences with it.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { LunetteProcess, type Place } from "../support/lunette-process.ts";
import { INITIATOR_NAME, type Outcome, ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { describeWithPrivileges } from "../support/tools.ts";
import { configuration, NOT_READY, resultOf, TARGET, testUnitReady, until, write } from "./scripted-target.ts";

const REGISTER = 0x00;
const RESERVE = 0x01;
const RELEASE = 0x02;
const CLEAR = 0x03;
const PREEMPT = 0x04;
const PREEMPT_AND_ABORT = 0x05;
const REGISTER_AND_IGNORE = 0x06;
const REPLACE_LOST = 0x08;
const APTPL = 0x01;
const CONFLICT = "status 24";
const LOST = "7/44/01";
const NOT_SAVED = "4/44/00";
/** A unit without its state is looked at again every 10 s. */
const RETRY_DEADLINE_MS = 20_000;
const MIB = 1024 * 1024;

/** Undone after each test, the last first. */
const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const one = (place: Place): string =>
  configuration(place, [
    { name: "data", path: `${place.folder}/data.img`, lines: 'size = "8 MiB"\ncreate = "thin"\nwrite_cache = false' },
  ]);

async function start(): Promise<LunetteProcess> {
  const lunette = await LunetteProcess.start(one);
  undo.push(() => lunette.dispose());
  return lunette;
}

/** The same host each time: initiator ports are told apart by their ISID. */
const isidOf = (index: number): number => 0x800000000100 + index;

async function login({ port }: LunetteProcess, index: number): Promise<ScriptedInitiator> {
  const initiator = await ScriptedInitiator.connect(port);
  initiator.isid = isidOf(index);
  await initiator.login(TARGET);
  for (let attempt = 0; attempt < 4; attempt++) if (!(await testUnitReady(initiator)).startsWith("6/")) break;
  return initiator;
}

/** The one file of the one unit. */
function stateFile({ folder }: LunetteProcess): string {
  const units = join(folder, "state", "units");
  const [name] = existsSync(units) ? readdirSync(units).filter((each) => each.endsWith(".json")) : [];
  if (name === undefined) throw new Error("there is no state");
  return join(units, name);
}

function reserveOut(initiator: ScriptedInitiator, action: number, key: bigint, more = 0n, type = 0, flags = 0): number {
  const list = Buffer.alloc(24);
  list.writeBigUInt64BE(key, 0);
  list.writeBigUInt64BE(more, 8);
  list[20] = flags;
  const options = { write: true, expectedDataTransferLength: list.length, data: list };
  return initiator.command([0x5f, action, type, 0, 0, 0, 0, 0, list.length, 0], options);
}

const reserve = async (...command: Parameters<typeof reserveOut>): Promise<string> =>
  resultOf(await command[0].outcome(reserveOut(...command)));

const reserveIn = (initiator: ScriptedInitiator, action: number): Promise<Outcome> =>
  initiator.run([0x5e, action, 0, 0, 0, 0, 0, 0x20, 0, 0], { read: true, expectedDataTransferLength: 0x2000 });

/** Keys of the three hosts (0n: not registered), the type (0: no reservation) and who holds it. */
interface Reservations {
  readonly keys: readonly bigint[];
  readonly type: number;
  readonly holder: number;
}
const NONE: Reservations = { keys: [0n, 0n, 0n], type: 0, holder: -1 };

/** READ FULL STATUS: SPC-4 6.15.5. */
async function readBack(initiator: ScriptedInitiator): Promise<Reservations & { readonly generation: number }> {
  const { data } = await reserveIn(initiator, 0x03);
  const keys = [0n, 0n, 0n];
  let [type, holder] = [0, -1];
  for (let at = 8; at < 8 + data.readUInt32BE(4); ) {
    const idLength = data.readUInt32BE(at + 20);
    const name = data
      .subarray(at + 28, at + 24 + idLength)
      .toString()
      .replace(/\0+$/, "");
    const index = keys.findIndex((_, each) => name === `${INITIATOR_NAME},i,0x${isidOf(each).toString(16)}`);
    if (index < 0) throw new Error(`a registrant nobody knows: ${name}`);
    keys[index] = data.readBigUInt64BE(at);
    if ((data[at + 12]! & 1) !== 0) [type, holder] = [data[at + 13]!, index];
    at += 24 + idLength;
  }
  return { keys, type, holder, generation: data.readUInt32BE(0) };
}

/** A command that is sure to succeed, and what is in force after it. */
interface Step {
  readonly who: number;
  readonly send: Parameters<typeof reserveOut> extends [unknown, ...infer Rest] ? Rest : never;
  readonly after: Reservations;
}

function anyStep(before: Reservations, counter: bigint, random: () => number): Step {
  const { keys, type, holder } = before;
  const who = Math.floor(random() * 3);
  const key = keys[who]!;
  const replaced = (at: number, value: bigint) => keys.map((each, index) => (index === at ? value : each));
  const newType = [1, 3, 5, 6][Math.floor(random() * 4)]!;
  if (key === 0n || random() < 0.3)
    return { who, send: [REGISTER_AND_IGNORE, 0n, counter, 0, APTPL], after: { ...before, keys: replaced(who, counter) } };
  if (type === 0) return { who, send: [RESERVE, key, 0n, newType], after: { ...before, type: newType, holder: who } };
  if (random() < 0.5) {
    const victim = keys[holder]!;
    const left = holder === who ? keys : replaced(holder, 0n);
    return { who, send: [PREEMPT, key, victim, newType], after: { keys: left, type: newType, holder: who } };
  }
  if (random() < 0.3) return { who, send: [CLEAR, key], after: NONE };
  if (holder === who) return { who, send: [RELEASE, key, 0n, type], after: { ...before, type: 0, holder: -1 } };
  return { who, send: [REGISTER, key, 0n, 0, APTPL], after: { ...before, keys: replaced(who, 0n) } };
}

/** A step, sent again where a unit attention told of another host's step first. */
async function take(hosts: readonly ScriptedInitiator[], { who, send }: Step): Promise<string> {
  for (;;) {
    const result = await reserve(hosts[who]!, ...send);
    if (!result.startsWith("6/")) return result;
  }
}

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test("after a kill at any moment of a storm of commands, reservations are as the last GOOD left them, or as the one on its way would", async () => {
  const lunette = await start();
  const random = randomFrom(20);
  let known = NONE;
  let counter = 0n;
  let inFlight = 0;
  let acknowledged = 0;
  for (let round = 0; round < 12; round++) {
    const hosts = await Promise.all([0, 1, 2].map((index) => login(lunette, index)));
    let next: Reservations | undefined;
    const storm = (async () => {
      for (;;) {
        counter += 1n;
        const step = anyStep(known, counter, random);
        next = step.after;
        expect(await take(hosts, step)).toBe("good");
        known = next;
        next = undefined;
        acknowledged += 1;
      }
    })();
    let over = false;
    const ended = storm.catch((error: Error) => {
      over = true;
      return error;
    });
    // After some that were acknowledged, however slow this machine is just now, and then at any moment of the next ones.
    const enough = acknowledged + 3 + random() * 10;
    while (acknowledged < enough && !over) await sleep(1);
    await sleep(random() * 20);
    await lunette.kill();
    const error = await ended;
    expect(String(error)).toContain("the peer closed");
    for (const host of hosts) host.close();
    await lunette.run();
    const reader = await login(lunette, 0);
    const { generation, ...found } = await readBack(reader);
    reader.close();
    expect(generation).toBe(0);
    const possible = [known, ...(next === undefined ? [] : [next])];
    expect(possible, `round ${round}`).toContainEqual(found);
    if (next !== undefined) inFlight += 1;
    known = found;
  }
  // Kills met commands on their way.
  expect(inFlight).toBeGreaterThan(3);
}, 120_000);

test("registrations without APTPL end with the process, and the reservation with them", async () => {
  const lunette = await start();
  const host = await login(lunette, 0);
  expect(await reserve(host, REGISTER, 0n, 5n)).toBe("good");
  expect(await reserve(host, RESERVE, 5n, 0n, 3)).toBe("good");
  host.close();
  await lunette.terminate();
  await lunette.run();
  const again = await login(lunette, 1);
  expect(await readBack(again)).toEqual({ ...NONE, generation: 0 });
  expect(await write(again, 0, Buffer.alloc(512))).toBe("good");
  again.close();
});

test("a reservation with APTPL keeps others out from the first moment after a restart, with its type and PTPL_A", async () => {
  const lunette = await start();
  const host = await login(lunette, 0);
  await reserve(host, REGISTER, 0n, 0xfedc_ba98_7654_3210n, 0, APTPL);
  await reserve(host, RESERVE, 0xfedc_ba98_7654_3210n, 0n, 6);
  host.close();
  await lunette.terminate();
  await lunette.run();
  const [holder, stranger] = [await login(lunette, 0), await login(lunette, 1)];
  expect(await readBack(stranger)).toEqual({
    keys: [0xfedc_ba98_7654_3210n, 0n, 0n],
    type: 6,
    holder: 0,
    generation: 0,
  });
  expect((await reserveIn(stranger, 0x02)).data[3]! & 1, "PTPL_A").toBe(1);
  expect([await write(holder, 0, Buffer.alloc(512)), await write(stranger, 0, Buffer.alloc(512))]).toEqual(["good", CONFLICT]);
  holder.close();
  stranger.close();
});

describe("a state that is damaged", () => {
  async function damaged(damage: (file: string) => void): Promise<LunetteProcess> {
    const lunette = await start();
    const host = await login(lunette, 0);
    await reserve(host, REGISTER, 0n, 5n, 0, APTPL);
    await reserve(host, RESERVE, 5n, 0n, 3);
    host.close();
    await lunette.terminate();
    damage(stateFile(lunette));
    await lunette.run();
    return lunette;
  }
  const half = (file: string): void => truncateSync(file, Math.floor(readFileSync(file).length / 2));

  test("lets nobody write until one host replaces what is lost, and that lasts", async () => {
    const lunette = await damaged(half);
    const file = stateFile(lunette);
    expect(lunette.logText()).toContain(`${file} is damaged`);
    expect(lunette.logText()).toContain("REPLACE LOST RESERVATION");
    const hosts = [await login(lunette, 0), await login(lunette, 1)] as const;
    for (const host of hosts) {
      expect([await testUnitReady(host), await write(host, 0, Buffer.alloc(512))]).toEqual([LOST, LOST]);
    }
    expect(await reserve(hosts[1], REPLACE_LOST, 0n, 7n, 1, APTPL)).toBe("good");
    const written = await Promise.all(hosts.map((host) => write(host, 0, Buffer.alloc(512))));
    expect(written).toEqual([CONFLICT, "good"]);
    for (const host of hosts) host.close();
    await lunette.kill();
    await lunette.run();
    const reader = await login(lunette, 0);
    expect(await readBack(reader)).toEqual({ keys: [0n, 7n, 0n], type: 1, holder: 1, generation: 0 });
    reader.close();
  });

  test("is begun anew without a restart when the operator deletes it", async () => {
    const lunette = await damaged(half);
    const host = await login(lunette, 1);
    expect(await testUnitReady(host)).toBe(LOST);
    rmSync(stateFile(lunette));
    await until(
      () => testUnitReady(host),
      (answer) => answer === "good",
      RETRY_DEADLINE_MS,
    );
    expect(await write(host, 0, Buffer.alloc(512))).toBe("good");
    host.close();
  });

  test("is left alone where a newer Lunette wrote it: NOT READY until the operator acts", async () => {
    let text = "";
    const lunette = await damaged((file) => {
      text = readFileSync(file, "utf8").replace('"version": 1', '"version": 99');
      writeFileSync(file, text);
    });
    const host = await login(lunette, 0);
    expect(await testUnitReady(host)).toMatch(NOT_READY);
    expect(await reserve(host, REPLACE_LOST, 0n, 7n, 1)).toMatch(NOT_READY);
    host.close();
    expect(readFileSync(stateFile(lunette), "utf8")).toBe(text);
  });
});

test("a state that can't be saved fails the command, which then has had no effect", async () => {
  const lunette = await start();
  const hosts = [await login(lunette, 0), await login(lunette, 1)] as const;
  expect(await reserve(hosts[0], REGISTER, 0n, 5n, 0, APTPL)).toBe("good");
  // In the way of the temporary file.
  const obstacle = `${stateFile(lunette)}.new`;
  mkdirSync(obstacle);
  expect(await reserve(hosts[0], RESERVE, 5n, 0n, 3)).toBe(NOT_SAVED);
  expect(await write(hosts[1], 0, Buffer.alloc(512))).toBe("good");
  expect(lunette.logText()).toContain("can't be saved");
  rmdirSync(obstacle);
  expect(await reserve(hosts[0], RESERVE, 5n, 0n, 3)).toBe("good");
  expect(await write(hosts[1], 0, Buffer.alloc(512))).toBe(CONFLICT);
  for (const host of hosts) host.close();
});

describeWithPrivileges(["CAP_SYS_ADMIN"], ["mount", "umount"], "the states of units on a filesystem of their own", () => {
  async function must(command: string, ...parameters: string[]): Promise<void> {
    const { code, output } = await runCommand(command, parameters);
    if (code !== 0) throw new Error(`${command} ${parameters.join(" ")}: ${output}`);
  }

  test("that is full, or read-only, keep what they have: what would change it fails, and the rest goes on", async () => {
    const lunette = await start();
    await lunette.terminate();
    // Of state_dir only this folder: nothing in it is kept open, which would keep it from becoming read-only.
    const state = join(lunette.folder, "state", "units");
    mkdirSync(state, { recursive: true });
    await must("mount", "-t", "tmpfs", "-o", "size=256k", "none", state);
    undo.push(() => must("umount", "-l", state));
    await lunette.run();
    // Before its folder goes.
    undo.push(async () => {
      await lunette.terminate();
    });
    const host = await login(lunette, 0);
    const other = await login(lunette, 1);
    expect(await reserve(host, REGISTER, 0n, 5n, 0, APTPL)).toBe("good");
    const filler = join(state, "filler");
    for (let bytes = 256 * 1024; bytes >= 1; bytes = Math.floor(bytes / 2)) {
      try {
        writeFileSync(filler, Buffer.alloc(bytes), { flag: "a" });
      } catch {}
    }
    expect(await reserve(host, RESERVE, 5n, 0n, 3)).toBe(NOT_SAVED);
    expect(await write(other, 0, Buffer.alloc(512))).toBe("good");
    await rm(filler);
    await must("mount", "-o", "remount,ro", state);
    expect(await reserve(host, CLEAR, 5n)).toBe(NOT_SAVED);
    await must("mount", "-o", "remount,rw", state);
    expect((await readBack(other)).keys).toEqual([5n, 0n, 0n]);
    expect(await reserve(host, RESERVE, 5n, 0n, 3)).toBe("good");
    await lunette.kill();
    await lunette.run();
    const reader = await login(lunette, 1);
    expect(await readBack(reader)).toMatchObject({ keys: [5n, 0n, 0n], type: 3, holder: 0 });
    for (const each of [host, other, reader]) each.close();
  });
});

test("after PREEMPT AND ABORT's GOOD no byte of the preempted host's writes lands, however many were on their way", async () => {
  const lunette = await start();
  const path = lunette.volumePath("data");
  const PIECE = 32 * 1024;
  let caught = 0;
  for (let round = 0; round < 8; round++) {
    const [fenced, fencer] = [await login(lunette, 0), await login(lunette, 1)];
    await reserve(fenced, REGISTER_AND_IGNORE, 0n, 1n);
    await reserve(fencer, REGISTER_AND_IGNORE, 0n, 2n);
    expect(await reserve(fenced, RESERVE, 1n, 0n, 5)).toBe("good");
    // 64 writes at once over the whole volume, with the round's own byte; the fencing comes somewhere among them.
    const data = Buffer.alloc(PIECE, 0x10 + round);
    const options = { write: true, expectedDataTransferLength: PIECE, data };
    for (let index = 0; index < 64; index++)
      fenced.command(write10((index % 4) * (MIB / 512) + index * 64, PIECE / 512), options);
    await sleep(round);
    expect(await reserve(fencer, PREEMPT_AND_ABORT, 2n, 1n, 5)).toBe("good");
    const atGood = readFileSync(path);
    caught += atGood.includes(data) ? 1 : 0;
    // What the host sends now meets the new reservation.
    for (let index = 0; index < 16; index++) fenced.command(write10(index * 64, PIECE / 512), options);
    await sleep(200);
    expect(readFileSync(path).equals(atGood), `round ${round}`).toBe(true);
    expect(await reserve(fencer, CLEAR, 2n)).toBe("good");
    fenced.close();
    fencer.close();
  }
  // Some of the rounds met the writes half-way.
  expect(caught).toBeGreaterThan(0);
}, 60_000);
