/**
 * RFC 7143 4.2.2.3.3 and 4.2.3.3: the response to a function that ends tasks is the last that is heard of them. With one
 * connection per session its order is the fence that TaskReporting=ResponseFence asks for.
 */
import { expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { read10, ScriptedInitiator, TEST_UNIT_READY } from "../support/scripted-initiator.ts";
import { sendManagement } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

it.each(["RFC3720", "ResponseFence"])(
  "after the response to ABORT TASK SET nothing comes of the reads before it, with TaskReporting=%s",
  async (value) => {
    for (let round = 0; round < 10; round++) {
      const initiator = await ScriptedInitiator.connect(target.port);
      expect(await initiator.login(DISK, [`TaskReporting=${value}`])).toContain(`TaskReporting=${value}`);
      await initiator.settle();
      for (let n = 0; n < 32; n++) initiator.command(read10(n * 128, 128), { read: true, expectedDataTransferLength: 65536 });
      const tag = sendManagement(initiator, { function: 2 });
      for (;;) {
        const received = await initiator.receive();
        if (received === undefined) throw new Error("the function is not answered");
        if (received.pdu.opcode !== TARGET_OPCODE.taskManagementResponse) continue;
        expect(received.pdu).toMatchObject({ initiatorTaskTag: tag, response: 0 });
        break;
      }
      await initiator.expectNothing(20);
      expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
      initiator.close();
    }
  },
);
