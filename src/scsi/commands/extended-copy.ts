/** EXTENDED COPY(LID1) and (LID4), COPY OPERATION ABORT: SPC-4 6.5, 6.4, 6.3. The copying itself is in third-party-copy/. */
import { u32 } from "../cdb.ts";
import { type CommandDescriptor, Need } from "../command.ts";
import type { LunNexus } from "../nexus.ts";
import { takeParameterList, wantParameterList } from "../parameter-data.ts";
import { SENSE, type Sense, SenseKey } from "../sense.ts";
import { ScsiStatus } from "../status.ts";
import type { ScsiTask } from "../task.ts";
import { CopyOutAction, OPCODE_COPY_OUT } from "../third-party-copy/copy-facts.ts";
import type { CopyOperation } from "../third-party-copy/copy-operation.ts";
import { planCopy, type Transfer } from "../third-party-copy/copy-plan.ts";
import { type CopyResult, CopyRun, INTERNAL_FAILURE } from "../third-party-copy/copy-run.ts";
import { type ListFormat, parseCopyList } from "../third-party-copy/parameter-list.ts";
import { isSense } from "../third-party-copy/refusal.ts";

const LIST_IDENTIFIER_AT = 2;
const LENGTH_AT = 10;

function failWith(task: ScsiTask, { code, ...particulars }: Sense): void {
  task.fail(code, particulars);
}

function execute(task: ScsiTask, format: ListFormat): Promise<void> | undefined {
  const list = takeParameterList(task);
  if (list === undefined) return;
  // No list is no error and changes nothing (SPC-4 6.4.1).
  if (list.length === 0) {
    task.good();
    return;
  }
  const own = task.lunNexus!;
  const request = parseCopyList(list, format);
  if (isSense(request)) {
    failWith(task, request);
    return;
  }
  const transfers = planCopy(request, own);
  const refused = isSense(transfers) && transfers.code.key !== SenseKey.CopyAborted;
  if (refused) {
    failWith(task, transfers);
    return;
  }
  const operation = task.server.copies.begin(own, request.header);
  if (operation === "full") {
    task.failStatus(ScsiStatus.TaskSetFull);
    return;
  }
  if (isSense(operation)) {
    failWith(task, operation);
    return;
  }
  if (isSense(transfers)) {
    // The operation has begun, and ends with the segment that can't be done: nothing was copied.
    end(own, task, operation, { status: ScsiStatus.CheckCondition, sense: transfers, stop: undefined });
    failWith(task, transfers);
    return;
  }
  if (request.header.immediate) return inBackground(task, own, operation, transfers);
  return inForeground(task, own, operation, transfers, request.header.goodSense);
}

async function inForeground(
  task: ScsiTask,
  own: LunNexus,
  operation: CopyOperation,
  transfers: readonly Transfer[],
  goodSense: boolean,
): Promise<void> {
  const { server } = task;
  const run = new CopyRun({ server, own, command: task.command!, operation, transfers, foreground: true });
  task.onAbort = () => run.stop("owner");
  const ended = run.run();
  operation.abort = () => {
    run.stop("operation-abort");
    return ended.then(() => {});
  };
  let result: CopyResult;
  try {
    result = await ended;
  } catch (error) {
    end(own, task, operation, INTERNAL_FAILURE);
    throw error;
  }
  end(own, task, operation, result);
  if (task.aborted) {
    task.settleAborted();
    return;
  }
  if (result.status !== ScsiStatus.Good) {
    task.failStatus(result.status, result.sense);
    return;
  }
  if (goodSense) task.sense = { code: SENSE.copyInformationAvailable, commandSpecific: operation.segments };
  task.good();
}

/** IMMED: the list is checked, the command ends, the copy goes on (SPC-4 5.17.4.3). It ends with the session at the latest. */
function inBackground(task: ScsiTask, own: LunNexus, operation: CopyOperation, transfers: readonly Transfer[]): undefined {
  const { server } = task;
  const run = new CopyRun({ server, own, command: task.command!, operation, transfers, foreground: false });
  const ended = run.run().then((result) => end(own, { server }, operation, result));
  operation.abort = () => {
    run.stop("operation-abort");
    return ended;
  };
  task.good();
  return undefined;
}

/** What is kept of the operation. One that was stopped from outside is terminated, with TASK ABORTED (SPC-4 6.24, table 250). */
function end(own: LunNexus, { server }: Pick<ScsiTask, "server">, operation: CopyOperation, result: CopyResult): void {
  const { status, sense, stop } = result;
  const { descriptorSense } = own.lu.state.modes;
  operation.end(stop === undefined ? "ended" : "terminated", status, sense, descriptorSense);
  server.copies.ended(own, operation);
}

async function abortCopy(task: ScsiTask): Promise<void> {
  const operation = task.server.copies.find(task.lunNexus!, u32(task.cdb, LIST_IDENTIFIER_AT));
  if (operation?.abort === undefined) {
    task.failCdb(LIST_IDENTIFIER_AT);
    return;
  }
  await operation.abort();
  if (task.aborted) task.settleAborted();
  else task.good();
}

const extendedCopy = (serviceAction: number, format: ListFormat, name: string, clause: string): CommandDescriptor => ({
  opcode: OPCODE_COPY_OUT,
  serviceAction,
  name,
  clause,
  usage: [OPCODE_COPY_OUT, serviceAction, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0],
  need: Need.Write,
  decode: (task) => wantParameterList(task, u32(task.cdb, LENGTH_AT)),
  execute: (task) => execute(task, format),
});

export const COMMANDS: readonly CommandDescriptor[] = [
  extendedCopy(CopyOutAction.ExtendedCopyLid1, 1, "EXTENDED COPY(LID1)", "SPC-4 6.5"),
  extendedCopy(CopyOutAction.ExtendedCopyLid4, 4, "EXTENDED COPY(LID4)", "SPC-4 6.4"),
  {
    opcode: OPCODE_COPY_OUT,
    serviceAction: CopyOutAction.CopyOperationAbort,
    name: "COPY OPERATION ABORT",
    clause: "SPC-4 6.3",
    usage: [OPCODE_COPY_OUT, CopyOutAction.CopyOperationAbort, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    need: Need.Write,
    execute: abortCopy,
  },
];
