/** Any bytes, before or after login, end at most their own connection: the daemon lives and a healthy session goes on. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { INITIATOR_OPCODE } from "../../src/wire/opcode.ts";
import { TASK_MANAGEMENT_FUNCTION } from "../../src/wire/pdu/task-management-request.ts";
import { DISK, useTarget } from "../conformance/target.ts";
import { INITIATOR_NAME, ScriptedInitiator, textOf } from "../support/scripted-initiator.ts";

const target = useTarget("login_time_ms = 1000");
const GUARD = Buffer.alloc(4096, 0xc3);

/** Sends bytes, gives the daemon a moment, and checks a session that has nothing to do with it. */
async function throwBytes(chunks: readonly Uint8Array[], loggedIn: boolean): Promise<void> {
  const attacker = loggedIn
    ? await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=No"])
    : await ScriptedInitiator.connect(target.port);
  for (const chunk of chunks) attacker.sendBytes(chunk);
  await new Promise((resolve) => setTimeout(resolve, 3));
  attacker.close();
}

async function withHealthySession(run: () => Promise<void>): Promise<void> {
  const healthy = await ScriptedInitiator.session(target.port, DISK);
  expect((await healthy.write(130_000, GUARD)).status).toBe(0);
  const pid = target.process.pid;
  await run();
  expect(target.process.pid).toBe(pid);
  await healthy.settle();
  expect((await healthy.read(130_000, 8)).data.equals(GUARD)).toBe(true);
  await healthy.ping();
  healthy.close();
}

/** A header of a real operation code with arbitrary other bytes, whose lengths are true more often than not. */
const opcodes = Object.values(INITIATOR_OPCODE);
const header = fc
  .record({
    opcode: fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...opcodes) }, fc.nat(0x3f)),
    immediate: fc.boolean(),
    rest: fc.uint8Array({ minLength: 47, maxLength: 47 }),
    ahs: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(255)),
    data: fc.oneof({ weight: 5, arbitrary: fc.nat(600) }, fc.nat(0xffffff)),
    cmdSn: fc.nat(40),
    // Reads only, so that what the bytes do to the volume can't be what the guard looks for.
    operation: fc.constantFrom(0x00, 0x03, 0x12, 0x28, 0x88, 0xa0, 0x1a, 0x7f, 0xff),
  })
  .map(({ opcode, immediate, rest, ahs, data, cmdSn, operation }) => {
    const bytes = Buffer.concat([Buffer.of(opcode | (immediate ? 0x40 : 0)), rest]);
    bytes[4] = ahs;
    bytes.writeUIntBE(data, 5, 3);
    bytes.fill(0, 8, 16);
    if (opcode !== INITIATOR_OPCODE.loginRequest) bytes.writeUInt32BE(cmdSn, 24);
    if (opcode === INITIATOR_OPCODE.scsiCommand) bytes[32] = operation;
    // A cold reset ends every session of its target, the healthy one too: that is what it is for (RFC 7143 11.5.1).
    const isReset =
      opcode === INITIATOR_OPCODE.taskManagementRequest && (bytes[1]! & 0x7f) === TASK_MANAGEMENT_FUNCTION.targetColdReset;
    if (isReset) bytes[1] = TASK_MANAGEMENT_FUNCTION.targetWarmReset;
    return Buffer.concat([bytes, Buffer.alloc(Math.min(ahs * 4, 1020) + Math.min(data + (-data & 3), 2048), 0x5a)]);
  });

const login = fc
  .tuple(
    fc.array(
      fc.oneof(
        fc.constantFrom(`InitiatorName=${INITIATOR_NAME}`, `TargetName=${DISK}`, "AuthMethod=CHAP,None"),
        fc.string({ maxLength: 60 }),
      ),
      { maxLength: 20 },
    ),
    fc.nat(255),
    fc.nat(255),
    fc.nat(),
    fc.nat(255),
  )
  .map(([keys, flags, version, at, value]) => {
    const text = textOf(keys);
    const bytes = Buffer.alloc(48 + text.length + (-text.length & 3));
    bytes[0] = 0x43;
    bytes[1] = flags;
    bytes[3] = version & 1;
    bytes.writeUIntBE(text.length, 5, 3);
    text.copy(bytes, 48);
    bytes[at % bytes.length] = value;
    return bytes;
  });

describe("any bytes", () => {
  it("before login do no harm", () =>
    withHealthySession(() =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.oneof(login, header, fc.uint8Array({ maxLength: 200 })), { minLength: 1, maxLength: 5 }),
          (chunks) => throwBytes(chunks, false),
        ),
        { numRuns: 300 },
      ),
    ));

  it("after login do no harm", () =>
    withHealthySession(() =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.oneof({ weight: 6, arbitrary: header }, fc.uint8Array({ maxLength: 200 })), {
            minLength: 1,
            maxLength: 10,
          }),
          (chunks) => throwBytes(chunks, true),
        ),
        { numRuns: 200 },
      ),
    ));
});
