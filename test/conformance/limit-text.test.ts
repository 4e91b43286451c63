/** RFC 7143 11.10, 12.1.3 and appendix C: how much text may come and go, in login and after it, and how much of a header. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LIMITS } from "../../src/common/limits.ts";
import { RESERVED_TAG, TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { blankNopOut } from "../../src/wire/pdu/nop-out.ts";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { blankTextRequest } from "../../src/wire/pdu/text-request.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { INITIATOR_NAME, keysOf, ScriptedInitiator, TEST_UNIT_READY, textOf } from "../support/scripted-initiator.ts";
import { BASE, CHAP_SECRET, DISK, LOCKED, useTarget } from "./target.ts";

/** One Text Request with its text; the PDU that comes back. */
async function ask(initiator: ScriptedInitiator, text: Buffer, fields: { continues?: boolean; transferTag?: number } = {}) {
  const { continues = false, transferTag = RESERVED_TAG } = fields;
  const { cmdSn, expStatSn } = initiator;
  const pdu = { ...blankTextRequest(), immediate: true, final: !continues, continues, initiatorTaskTag: 77, cmdSn, expStatSn };
  initiator.send({ ...pdu, targetTransferTag: transferTag }, text);
  const received = await initiator.receive();
  if (received === undefined) throw new Error("no answer to a text request");
  return received;
}

async function discovery(port: number): Promise<ScriptedInitiator> {
  const initiator = await ScriptedInitiator.connect(port);
  await initiator.login(undefined, ["MaxRecvDataSegmentLength=262144"]);
  return initiator;
}

describe("limits.text_response_bytes", () => {
  const TARGETS = 350;
  const name = (index: number) => `t${"x".repeat(150)}${index}`;
  let lunette: LunetteProcess;
  beforeAll(async () => {
    lunette = await LunetteProcess.start(
      ({ folder, port }) => `
[limits]
text_response_bytes = 65536
[[portal_group]]
tag = 1
name = "local"
portals = ["127.0.0.1:${port}"]
[[volume]]
name = "disk"
path = "${folder}/disk.img"
size = "1 MiB"
create = "thin"
${Array.from({ length: TARGETS }, (_, index) => `[[target]]\nname = "${name(index)}"\n[[target.access]]\nigroup = "any"\nauth = "none"\n`).join("\n")}`,
    );
  });
  afterAll(() => lunette?.dispose());

  it("refuses a longer list of targets (0Ah), tells one of them, and the session goes on", async () => {
    const initiator = await discovery(lunette.port);
    const { pdu } = await ask(initiator, textOf(["SendTargets=All"]));
    expect(pdu).toMatchObject({ opcode: TARGET_OPCODE.reject, reason: REJECT_REASON.longOperationReject });
    const one = await ask(initiator, textOf([`SendTargets=${BASE}:${name(7)}`]));
    expect(keysOf(one.data)).toEqual([`TargetName=${BASE}:${name(7)}`, `TargetAddress=127.0.0.1:${lunette.port},1`]);
    initiator.close();
  });
});

describe("limits.login_pdus, login_bytes and login_keys after login", () => {
  const target = useTarget(["login_pdus = 8", "login_bytes = 8192", "login_keys = 32"].join("\n"));

  it("bound a text request over all its PDUs, and the session goes on", async () => {
    const initiator = await discovery(target.port);
    const piece = Buffer.from(`X-a=${"y".repeat(5_000)}`);
    const first = await ask(initiator, piece, { continues: true });
    if (first.pdu.opcode !== TARGET_OPCODE.textResponse) throw new Error("the first piece was refused");
    const second = await ask(initiator, piece, { continues: true, transferTag: first.pdu.targetTransferTag });
    expect(second.pdu).toMatchObject({ opcode: TARGET_OPCODE.reject, reason: REJECT_REASON.protocolError });
    expect(keysOf((await ask(initiator, textOf(["X-b=1"]))).data)).toEqual(["X-b=NotUnderstood"]);
    initiator.close();
  });

  it("a text request in pieces without end is refused, even when the pieces are empty (login_pdus)", async () => {
    const initiator = await discovery(target.port);
    let transferTag = RESERVED_TAG;
    for (let taken = 0; ; taken++) {
      const { pdu } = await ask(initiator, Buffer.alloc(0), { continues: true, transferTag });
      if (pdu.opcode !== TARGET_OPCODE.textResponse) {
        expect([taken, pdu.opcode]).toEqual([8, TARGET_OPCODE.reject]);
        break;
      }
      expect(taken).toBeLessThan(8);
      transferTag = pdu.targetTransferTag;
    }
    expect(keysOf((await ask(initiator, textOf(["X-b=1"]))).data)).toEqual(["X-b=NotUnderstood"]);
    initiator.close();
  });

  it("take as many keys and refuse one more", async () => {
    const keys = (count: number) => textOf(Array.from({ length: count }, (_, index) => `X-${index}=1`));
    const initiator = await discovery(target.port);
    expect(keysOf((await ask(initiator, keys(32))).data)).toHaveLength(32);
    expect((await ask(initiator, keys(33))).pdu.opcode).toBe(TARGET_OPCODE.reject);
    expect(keysOf((await ask(initiator, keys(1))).data)).toHaveLength(1);
    initiator.close();
  });
});

const NAMES = [`InitiatorName=${INITIATOR_NAME}`, `TargetName=${DISK}`];
/** The answer to a login that wants more requests. */
const STAYS = { transit: false, nextStage: 0 };

describe("limits.login_response_bytes", () => {
  const target = useTarget("login_response_bytes = 4096");

  it("bounds what one login makes the target say", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    // Each key comes back as NotUnderstood: 30 of them make 1,900 bytes.
    const keys = (letter: string) => Array.from({ length: 30 }, (_, index) => `X-${letter.repeat(44)}${10 + index}=1`);
    expect((await initiator.loginRequest([...NAMES, ...keys("a")], STAYS)).pdu.statusClass).toBe(0);
    expect((await initiator.loginRequest(keys("b"), STAYS)).pdu.statusClass).toBe(0);
    expect((await initiator.loginRequest(keys("c"), STAYS)).pdu.statusClass).toBe(2);
    await initiator.expectClosed();
  });
});

describe("limits.login_pdus, login_bytes and login_keys in a login", () => {
  const target = useTarget(["login_pdus = 8", "login_bytes = 8192", "login_keys = 32"].join("\n"));

  it("one key too many is an initiator error (02h), and the connection ends", async () => {
    const keys = (count: number) => [...NAMES, ...Array.from({ length: count - NAMES.length }, (_, index) => `X-${index}=1`)];
    const fits = await ScriptedInitiator.connect(target.port);
    expect((await fits.loginRequest(keys(32), STAYS)).pdu.statusClass).toBe(0);
    fits.close();
    const initiator = await ScriptedInitiator.connect(target.port);
    expect((await initiator.loginRequest(keys(33), STAYS)).pdu.statusClass).toBe(2);
    await initiator.expectClosed();
  });

  it("requests without end are an initiator error: the ninth is refused", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    for (let n = 0; n < 8; n++) {
      const { pdu } = await initiator.loginRequest(n === 0 ? NAMES : [], STAYS);
      expect(pdu.statusClass).toBe(0);
    }
    expect((await initiator.loginRequest([], { transit: false, nextStage: 0 })).pdu.statusClass).toBe(2);
    await initiator.expectClosed();
  });

  it("text without end is an initiator error", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const piece = Buffer.from("y".repeat(5_000));
    const going = { transit: false, continues: true, nextStage: 0 };
    expect((await initiator.loginRequest(Buffer.concat([textOf(NAMES), Buffer.from("X-a="), piece]), going)).pdu).toMatchObject(
      {
        statusClass: 0,
      },
    );
    expect((await initiator.loginRequest(piece, going)).pdu.statusClass).toBe(2);
    await initiator.expectClosed();
  });
});

describe("limits that are fixed", () => {
  const target = useTarget();

  it.each([
    [LIMITS.chap_value_bytes.value, 0],
    [LIMITS.chap_value_bytes.value + 1, 2],
  ])("a CHAP challenge of %i bytes ends in status class %i (chap_value_bytes)", async (bytes, statusClass) => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const stage = { currentStage: 0, nextStage: 1 };
    const names = [`InitiatorName=${INITIATOR_NAME}`, `TargetName=${LOCKED}`];
    await initiator.loginRequest([...names, "AuthMethod=CHAP"], stage);
    const offer = keysOf((await initiator.loginRequest(["CHAP_A=5"], { ...stage, transit: false })).data);
    const value = (key: string) => offer.find((each) => each.startsWith(`${key}=`))?.slice(key.length + 1) ?? "";
    const digest = createHash("md5")
      .update(Uint8Array.of(Number(value("CHAP_I"))))
      .update(CHAP_SECRET)
      .update(Buffer.from(value("CHAP_C").slice(2), "hex"))
      .digest("hex");
    const counter = ["CHAP_I=9", `CHAP_C=0x${"5a".repeat(bytes)}`];
    const { pdu } = await initiator.loginRequest(["CHAP_N=host", `CHAP_R=0x${digest}`, ...counter], stage);
    expect(pdu.statusClass).toBe(statusClass);
    initiator.close();
  });

  it.each([
    [LIMITS.login_data_bytes.value, true],
    [LIMITS.login_data_bytes.value + 1, false],
  ])("a login request with %i bytes of data: taken is %s (login_data_bytes)", async (bytes, taken) => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const names = textOf([`InitiatorName=${INITIATOR_NAME}`, `TargetName=${DISK}`]);
    const texts = [names];
    for (let left = bytes - names.length; left > 0; left -= texts.at(-1)?.length ?? left) {
      const length = left > 400 ? 200 : left > 200 ? left - 100 : left;
      const key = `X-${texts.length}=`;
      texts.push(textOf([key.padEnd(length - 1, "y")]));
    }
    const text = Buffer.concat(texts);
    expect(text.length).toBe(bytes);
    if (taken) expect((await initiator.loginRequest(text)).pdu.statusClass).toBe(0);
    else {
      initiator.sendLogin(text);
      for (const { pdu } of await initiator.expectClosed()) expect(pdu).toMatchObject({ statusClass: 2 });
    }
    initiator.close();
  });

  it.each([
    [LIMITS.pdu_data_bytes.value, true],
    [LIMITS.pdu_data_bytes.value + 4, false],
  ])("a PDU with %i bytes of data after login: taken is %s (pdu_data_bytes)", async (bytes, taken) => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["MaxRecvDataSegmentLength=262144"]);
    const data = Buffer.alloc(bytes, 0x42);
    if (taken) {
      expect((await initiator.ping(data)).equals(data)).toBe(true);
    } else {
      const { cmdSn, expStatSn } = initiator;
      initiator.send({ ...blankNopOut(), immediate: true, initiatorTaskTag: 5, cmdSn, expStatSn }, data);
      for (const { pdu } of await initiator.expectClosed()) expect(pdu.opcode).toBe(TARGET_OPCODE.reject);
    }
    initiator.close();
  });

  it("additional header segments of ahs_bytes, as many as TotalAHSLength can say, are read to their end", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    expect(LIMITS.ahs_bytes.value).toBe(255 * 4);
    // One segment of a type that nobody has defined (AHSLength, AHSType, and what they announce).
    const ahs = Buffer.alloc(LIMITS.ahs_bytes.value);
    ahs.writeUInt16BE(ahs.length - 3, 0);
    ahs[2] = 0x3f;
    initiator.command(TEST_UNIT_READY, { ahs });
    const answer = await initiator.receive();
    expect(answer?.pdu.opcode).toBe(TARGET_OPCODE.reject);
    await initiator.ping();
    // The rejected command did not use up its CmdSN: RFC 7143 7.3.
    initiator.cmdSn -= 1;
    expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
    initiator.close();
  });
});
