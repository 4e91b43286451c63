/** LOG SENSE: SPC-4 6.8. */
import { type CommandDescriptor, Need } from "../command.ts";
import { errnoOf, failIo } from "../io-error.ts";
import { isCounter, type LogPage } from "../log-pages/log-page.ts";
import { ALL_SUBPAGES, encodeLogPage, encodeSubpageList, logPagesOf } from "../log-pages/log-page-table.ts";
import { goesOn } from "../medium-access.ts";
import { replyWith } from "../parameter-data.ts";
import { SENSE } from "../sense.ts";
import type { ScsiTask } from "../task.ts";

const PAGE_CODE = 0x3f;
/** PAGE CONTROL, bits 7 and 6 of byte 2 (SPC-4 6.8, table of values). */
export const LogControl = { Thresholds: 0b00, Cumulative: 0b01, DefaultThresholds: 0b10, DefaultCumulative: 0b11 } as const;

const pageOf = (task: ScsiTask): LogPage | undefined =>
  logPagesOf(task.lunNexus!.lu).find(({ code }) => code === (task.cdb[2]! & PAGE_CODE));

/**
 * SP has no bit in the usage map: nothing is saved. PC means something to counters only, and those have no thresholds; a list parameter has
 * one value, and the lists of pages have none (SPC-4 7.3.2.2.2).
 */
function decode(task: ScsiTask): boolean {
  const page = pageOf(task);
  if (page === undefined) return task.failCdb(2, 5);
  const subpage = task.cdb[3]!;
  if (subpage !== 0x00 && subpage !== ALL_SUBPAGES) return task.failCdb(3, 7);
  const control = task.cdb[2]! >>> 6;
  const wantsThresholds = control === LogControl.Thresholds || control === LogControl.DefaultThresholds;
  if (subpage === 0x00 && wantsThresholds && page.parameters.some(isCounter)) return task.failCdb(2, 7);
  // A pointer beyond the last parameter code there is.
  const last = subpage === 0x00 ? (page.parameters.at(-1)?.code ?? 0) : 0;
  return task.cdb.readUInt16BE(5) <= last || task.failCdb(5);
}

async function execute(task: ScsiTask): Promise<void> {
  const page = pageOf(task);
  const { cdb } = task;
  const { lu } = task.lunNexus!;
  if (page === undefined) {
    // The volume went offline since, and with it what its storage could tell.
    task.fail(SENSE.notReadyCauseNotReportable);
    return;
  }
  const allocationLength = cdb.readUInt16BE(7);
  if (cdb[3] === ALL_SUBPAGES) {
    replyWith(task, encodeSubpageList(page, lu), allocationLength);
    return;
  }
  try {
    const space = page.needsSpace ? await lu.backend?.space() : undefined;
    if (!goesOn(task)) return;
    const view = { lu, space, defaults: cdb[2]! >>> 6 === LogControl.DefaultCumulative };
    replyWith(task, encodeLogPage(page, cdb.readUInt16BE(5), view), allocationLength);
  } catch (error) {
    if (goesOn(task)) failIo(task, errnoOf(error), "read", 0);
  }
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0x4d,
    name: "LOG SENSE",
    clause: "SPC-4 6.8",
    usage: [0x4d, 0, 0xff, 0xff, 0, 0xff, 0xff, 0xff, 0xff, 0],
    need: Need.Nothing,
    decode,
    execute,
  },
];
