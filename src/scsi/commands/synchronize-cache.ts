/** SYNCHRONIZE CACHE(10) and (16) (SBC-3 5.26, 5.27). */
import { type BlockShape, CDB10, CDB16, Flag } from "../cdb.ts";
import { type CommandDescriptor, Need } from "../command.ts";
import { failFlush, tellFailedFlush } from "../io-error.ts";
import { Operation } from "../lu-counters.ts";
import { checkRange } from "../medium-access.ts";
import { SENSE } from "../sense.ts";
import type { Continuation, ScsiTask } from "../task.ts";

/** SYNC_NV of SBC-2, obsolete since: flushing all the way to the medium is what it may ask for at most. */
const SYNC_NV = 0x04;

function decode(task: ScsiTask, shape: BlockShape): boolean {
  task.lba = shape.lba(task.cdb);
  // Zero blocks mean everything from the LBA on; checkRange looks at the LBA in both cases.
  task.blocks = shape.blocks(task.cdb);
  return checkRange(task);
}

/**
 * The whole volume is flushed: files know no smaller unit that carries their metadata. IMMED allows the status before
 * the end, and with it loses the error of a flush that fails later; so it is taken, and the flush waited for.
 */
const execute: Continuation = (task) => {
  const { backend } = task.lunNexus!.lu;
  if (backend === undefined) {
    task.fail(SENSE.notReadyCauseNotReportable);
    return;
  }
  task.beginIo(finish);
  backend.flush(task, 0);
  task.ioStarted();
};

const finish: Continuation = (task) => {
  if (task.ioError !== 0) failFlush(task, task.ioError);
  else if (!tellFailedFlush(task)) task.good();
};

const row = (opcode: number, shape: BlockShape, clause: string): CommandDescriptor => ({
  opcode,
  name: `SYNCHRONIZE CACHE(${shape.bytes})`,
  clause,
  usage: shape.usage(opcode, Flag.Immed | SYNC_NV),
  need: Need.Write,
  needsMedium: true,
  kind: Operation.Flush,
  decode: (task) => decode(task, shape),
  execute,
});

export const COMMANDS: readonly CommandDescriptor[] = [row(0x35, CDB10, "SBC-3 5.26"), row(0x91, CDB16, "SBC-3 5.27")];
