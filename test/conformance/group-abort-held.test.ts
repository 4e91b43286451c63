/**
 * RFC 7143 4.2.3.2 and 4.2.3.3: a function that ends the tasks of a LUN ends all of its session whose CmdSN is before its own,
 * also those that wait for their turn behind a gap; later ones it leaves alone.
 */
import { describe, expect, it } from "vitest";
import { ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { manage } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

describe("commands behind a gap in CmdSN", () => {
  it.each([
    ["ABORT TASK SET", 2, 8300],
    ["CLEAR TASK SET", 4, 8301],
    ["LOGICAL UNIT RESET", 5, 8302],
    ["TARGET WARM RESET", 6, 8303],
    ["I_T NEXUS RESET (RFC 7144)", 11, 8304],
  ])("are ended by %s when they are before it, and executed when they are after it", async (_name, code, lba) => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["iSCSIProtocolLevel=2"]);
    const first = initiator.cmdSn;
    const write = { write: true, expectedDataTransferLength: 512, data: Buffer.alloc(512, 0x31) };
    initiator.command(write10(lba, 1), { ...write, cmdSn: first + 1 });
    const after = initiator.command(TEST_UNIT_READY, { cmdSn: first + 2 });
    expect((await manage(initiator, { function: code, cmdSn: first + 2 })).pdu.response).toBe(0);
    initiator.cmdSn = first;
    // The unit attention of a reset takes the place of GOOD here: what counts is who is answered.
    await initiator.run(TEST_UNIT_READY);
    await initiator.outcome(after);
    await initiator.expectNothing(150);
    initiator.cmdSn = first + 3;
    await initiator.settle();
    expect((await initiator.read(lba, 1)).data.equals(Buffer.alloc(512))).toBe(true);
    initiator.close();
  });
});
