/**
 * What a Windows failover cluster asks of its shared disk: an id of its own, persistent reservations of type write exclusive, registrants only, that
 * outlive logout and, with APTPL, the restart of the target, the defence of the disk against a node that has lost its place, and trim.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LunetteProcess } from "../support/lunette-process.ts";
import { type Outcome, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { configuration, read, resultOf, TARGET, testUnitReady, write } from "./scripted-target.ts";

const BLOCK = 512;
const WRITE_EXCLUSIVE_REGISTRANTS_ONLY = 5;
const Out = { Register: 0, Reserve: 1, Release: 2, Clear: 3, Preempt: 4, PreemptAndAbort: 5, RegisterAndIgnore: 6 } as const;
const In = { Keys: 0, Reservation: 1, Capabilities: 2, FullStatus: 3 } as const;
const [KEY_1, KEY_2] = [0x1111_0000_0000_0001n, 0x2222_0000_0000_0002n];

/** A node of the cluster: one initiator port, whatever session it is in. */
class Node {
  readonly #isid: number;
  #session: ScriptedInitiator | undefined;

  constructor(number: number) {
    this.#isid = 0x400001370000 + number;
  }

  async logIn(port: number): Promise<void> {
    this.#session = await ScriptedInitiator.connect(port);
    this.#session.isid = this.#isid;
    await this.#session.login(TARGET);
    await this.#session.settle();
  }

  get session(): ScriptedInitiator {
    if (this.#session === undefined) throw new Error("the node has not logged in");
    return this.#session;
  }

  logOut(): void {
    this.session.close();
  }

  out(action: number, key: bigint, serviceActionKey = 0n, { type = 0, aptpl = false } = {}): Promise<string> {
    const list = Buffer.alloc(24);
    list.writeBigUInt64BE(key, 0);
    list.writeBigUInt64BE(serviceActionKey, 8);
    list[20] = aptpl ? 0x01 : 0;
    const cdb = [0x5f, action, type, 0, 0, 0, 0, 0, 24, 0];
    return this.session.run(cdb, { write: true, expectedDataTransferLength: 24, data: list }).then(resultOf);
  }

  in(action: number): Promise<Outcome> {
    return this.session.run([0x5e, action, 0, 0, 0, 0, 0, 4, 0, 0], { read: true, expectedDataTransferLength: 1024 });
  }

  /** PRGENERATION and the keys. */
  async keys(): Promise<[generation: number, ...keys: bigint[]]> {
    const { data } = await this.in(In.Keys);
    const keys: bigint[] = [];
    for (let at = 8; at < 8 + data.readUInt32BE(4); at += 8) keys.push(data.readBigUInt64BE(at));
    return [data.readUInt32BE(0), ...keys];
  }

  /** The holder's key and the type; undefined: there is no reservation. */
  async reservation(): Promise<[key: bigint, type: number] | undefined> {
    const { data } = await this.in(In.Reservation);
    return data.readUInt32BE(4) === 0 ? undefined : [data.readBigUInt64BE(8), data[21]! & 0x0f];
  }

  write(byte: number): Promise<string> {
    return write(this.session, 0, Buffer.alloc(BLOCK, byte));
  }
}

describe("a Windows failover cluster", () => {
  let lunette: LunetteProcess;
  const [one, two] = [new Node(1), new Node(2)];

  beforeAll(async () => {
    lunette = await LunetteProcess.start((place) =>
      configuration(place, [{ name: "quorum", path: `${place.folder}/quorum.img`, lines: 'size = "16 MiB"\ncreate = "thin"' }]),
    );
    for (const node of [one, two]) await node.logIn(lunette.port);
  });
  afterAll(async () => {
    for (const node of [one, two]) node.logOut();
    await lunette?.dispose();
  });

  it("validates the disk: a unique binary designator, persistent reservations of the type, APTPL", async () => {
    const { data: page } = await one.session.run([0x12, 1, 0x83, 0, 255, 0], { read: true, expectedDataTransferLength: 255 });
    expect([page[4]! & 0x0f, page[5]! & 0x3f, page[7]]).toEqual([1, 3, 16]);
    const { data } = await one.in(In.Capabilities);
    expect(data[2]! & 0x01).toBe(0x01); // PTPL_C
    expect(data[3]! & 0x80).toBe(0x80); // TMV
    expect(data.readUInt16BE(4) & 0x2000).toBe(0x2000); // WR_EX_RO
  });

  it("registers both nodes, the second over what it finds, and reserves for the first", async () => {
    expect(await one.out(Out.Register, 0n, KEY_1, { aptpl: true })).toBe("good");
    expect(await two.out(Out.Register, 1n, KEY_2, { aptpl: true })).toBe("status 24"); // not registered: the key must be 0
    expect(await two.out(Out.RegisterAndIgnore, 0n, KEY_2, { aptpl: true })).toBe("good");
    expect(await one.out(Out.Reserve, KEY_1, 0n, { type: WRITE_EXCLUSIVE_REGISTRANTS_ONLY })).toBe("good");
    expect(await two.out(Out.Reserve, KEY_2, 0n, { type: WRITE_EXCLUSIVE_REGISTRANTS_ONLY })).toBe("status 24");
    expect((await one.keys()).slice(1)).toEqual([KEY_1, KEY_2]);
    expect(await two.reservation()).toEqual([KEY_1, WRITE_EXCLUSIVE_REGISTRANTS_ONLY]);
    const { data } = await two.in(In.FullStatus);
    expect(data.readUInt32BE(4)).toBe(data.length - 8);
    expect(data.toString("latin1")).toContain("iqn.2026-11.com.example:scripted,i,0x400001370001");
  });

  it("lets registered nodes write and everybody read; a stranger can't write", async () => {
    expect(await one.write(1)).toBe("good");
    expect(await two.write(2)).toBe("good");
    const stranger = new Node(3);
    await stranger.logIn(lunette.port);
    expect(resultOf(await read(stranger.session, 0, BLOCK))).toBe("good");
    expect(await stranger.write(3)).toBe("status 24");
    stranger.logOut();
  });

  it("keeps registrations and the reservation when a node logs out and comes again", async () => {
    const before = await two.keys();
    one.logOut();
    expect(await two.reservation()).toEqual([KEY_1, WRITE_EXCLUSIVE_REGISTRANTS_ONLY]);
    await one.logIn(lunette.port);
    expect(await two.keys()).toEqual(before);
    expect(await one.write(4)).toBe("good");
  });

  it("keeps both through a killed and restarted target (APTPL)", async () => {
    const keys = (await two.keys()).slice(1);
    await lunette.kill();
    await lunette.run();
    for (const node of [one, two]) await node.logIn(lunette.port);
    expect((await two.keys()).slice(1)).toEqual(keys);
    expect(await one.reservation()).toEqual([KEY_1, WRITE_EXCLUSIVE_REGISTRANTS_ONLY]);
    const stranger = new Node(3);
    await stranger.logIn(lunette.port);
    expect(await stranger.write(5)).toBe("status 24");
    stranger.logOut();
  });

  it("defends the disk: the node that stays preempts the one that is gone, which then hears of it and can't write", async () => {
    expect(await two.out(Out.PreemptAndAbort, KEY_2, KEY_1, { type: WRITE_EXCLUSIVE_REGISTRANTS_ONLY })).toBe("good");
    expect((await two.keys()).slice(1)).toEqual([KEY_2]);
    expect(await two.reservation()).toEqual([KEY_2, WRITE_EXCLUSIVE_REGISTRANTS_ONLY]);
    expect(await testUnitReady(one.session)).toBe("6/2a/05"); // registrations preempted
    expect(await one.write(6)).toBe("status 24");
    expect(await two.write(7)).toBe("good");
  });

  it("lets the lost node register again, preempt with PREEMPT, and clear everything in the end", async () => {
    expect(await one.out(Out.RegisterAndIgnore, 0n, KEY_1, { aptpl: true })).toBe("good");
    expect(await one.out(Out.Preempt, KEY_1, KEY_2, { type: WRITE_EXCLUSIVE_REGISTRANTS_ONLY })).toBe("good");
    expect(await one.reservation()).toEqual([KEY_1, WRITE_EXCLUSIVE_REGISTRANTS_ONLY]);
    expect(await testUnitReady(two.session)).toBe("6/2a/05");
    expect(await one.out(Out.Clear, KEY_1)).toBe("good");
    expect((await one.keys()).slice(1)).toEqual([]);
    expect(await one.reservation()).toBeUndefined();
    expect(await two.write(8)).toBe("good");
  });

  it("trims: UNMAP as B2h promises it, and the blocks read as zeroes", async () => {
    const { data: page } = await one.session.run([0x12, 1, 0xb2, 0, 64, 0], { read: true, expectedDataTransferLength: 64 });
    expect(page[5]! & 0x80).toBe(0x80);
    expect(await one.write(9)).toBe("good");
    const list = Buffer.alloc(24);
    list.writeUInt16BE(22, 0);
    list.writeUInt16BE(16, 2);
    list.writeUInt32BE(8, 16);
    const unmap = await one.session.run([0x42, 0, 0, 0, 0, 0, 0, 0, 24, 0], {
      write: true,
      expectedDataTransferLength: 24,
      data: list,
    });
    expect(resultOf(unmap)).toBe("good");
    expect((await read(one.session, 0, BLOCK)).data.equals(Buffer.alloc(BLOCK))).toBe(true);
  });
});
