/** RFC 7143 4.2.3.2: whose tasks a function ends, and whose it leaves alone. */
import { describe, expect, it } from "vitest";
import { RESERVED_TAG, TARGET_OPCODE } from "../../src/wire/opcode.ts";
import type { R2t } from "../../src/wire/pdu/r2t.ts";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { manage } from "./requests.ts";
import { DISK, OTHER, useTarget } from "./target.ts";

const target = useTarget();
const DATA = Buffer.alloc(512, 0x6b);

interface Waiting {
  readonly session: ScriptedInitiator;
  readonly tag: number;
  readonly r2t: R2t;
}

async function waitingWrite(name: string, lba: number): Promise<Waiting> {
  const session = await ScriptedInitiator.session(target.port, name, ["InitialR2T=Yes", "ImmediateData=No"]);
  const tag = session.command(write10(lba, 1), { write: true, expectedDataTransferLength: 512 });
  return { session, tag, r2t: (await session.expect(TARGET_OPCODE.r2t)).pdu };
}

async function completes({ session, tag, r2t }: Waiting): Promise<void> {
  session.dataOut(tag, DATA, {}, r2t);
  expect((await session.outcome(tag)).status).toBe(0);
  session.close();
}

/** No answer, and no byte written. */
async function hasEnded({ session, tag, r2t }: Waiting, lba: number): Promise<void> {
  session.dataOut(tag, DATA, {}, r2t);
  for (;;) {
    const received = await session.receive(200);
    if (received === undefined) break;
    // An aborted task leaves room in the window of a third session, which a NOP-In may tell (RFC 7143 11.4.11).
    expect(received.pdu).toMatchObject({ opcode: TARGET_OPCODE.nopIn, initiatorTaskTag: RESERVED_TAG });
  }
  expect(session.closed).toBe(false);
  await session.settle();
  expect((await session.read(lba, 1)).data.equals(Buffer.alloc(512))).toBe(true);
  session.close();
}

describe("another session's write at the same LUN", () => {
  it("goes on after ABORT TASK SET", async () => {
    const mine = await waitingWrite(DISK, 8700);
    const theirs = await waitingWrite(DISK, 8701);
    expect((await manage(mine.session, { function: 2 })).pdu.response).toBe(0);
    await hasEnded(mine, 8700);
    await completes(theirs);
  });

  it.each([
    ["CLEAR TASK SET", 4, 8710],
    ["LOGICAL UNIT RESET", 5, 8720],
    ["TARGET WARM RESET", 6, 8730],
  ])("is ended by %s, and one at another target goes on", async (_name, code, lba) => {
    const mine = await waitingWrite(DISK, lba);
    const theirs = await waitingWrite(DISK, lba + 1);
    const elsewhere = await waitingWrite(OTHER, lba);
    expect((await manage(mine.session, { function: code })).pdu.response).toBe(0);
    await hasEnded(mine, lba);
    await hasEnded(theirs, lba + 1);
    await completes(elsewhere);
  });
});
