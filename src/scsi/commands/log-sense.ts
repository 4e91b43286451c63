/** LOG SENSE: SPC-4 6.8. */
import { type CommandDescriptor, Need } from "../command.ts";
import type { LogPage } from "../log-pages/log-page.ts";
import { ALL_SUBPAGES, encodeLogPage, encodeSubpageList, LOG_PAGES } from "../log-pages/log-page-table.ts";
import { replyWith } from "../parameter-data.ts";
import type { ScsiTask } from "../task.ts";

const PAGE_CODE = 0x3f;

const pageOf = (task: ScsiTask): LogPage | undefined => LOG_PAGES.find(({ code }) => code === (task.cdb[2]! & PAGE_CODE));

/**
 * SP has no bit in the usage map: nothing is saved. PC is taken and changes nothing: a list parameter has one value, and the lists of pages have
 * none (SPC-4 7.3.2.2.2).
 */
function decode(task: ScsiTask): boolean {
  const page = pageOf(task);
  if (page === undefined) return task.failCdb(2, 5);
  const subpage = task.cdb[3]!;
  if (subpage !== 0x00 && subpage !== ALL_SUBPAGES) return task.failCdb(3, 7);
  // A pointer beyond the last parameter code there is.
  const last = subpage === 0x00 ? (page.parameters.at(-1)?.code ?? 0) : 0;
  return task.cdb.readUInt16BE(5) <= last || task.failCdb(5);
}

function execute(task: ScsiTask): void {
  const page = pageOf(task)!;
  const { cdb } = task;
  const data = cdb[3] === ALL_SUBPAGES ? encodeSubpageList(page) : encodeLogPage(page, cdb.readUInt16BE(5));
  replyWith(task, data, cdb.readUInt16BE(7));
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
