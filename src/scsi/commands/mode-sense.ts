/** MODE SENSE(6) and MODE SENSE(10): SPC-4 6.11 and 6.12. */

import { toldOfCache } from "../cache-trust.ts";
import { type CommandDescriptor, Need } from "../command.ts";
import { CACHING, WCE_AT } from "../mode-pages/caching.ts";
import { changeableMask, type ModePage, pageValues } from "../mode-pages/mode-page.ts";
import { selectPages } from "../mode-pages/mode-page-table.ts";
import {
  HEADER_6,
  HEADER_10,
  type HeaderLayout,
  longDescriptor,
  modeParameterList,
  shortDescriptor,
} from "../mode-pages/mode-parameter-header.ts";
import type { LunNexus } from "../nexus.ts";
import { replyWith } from "../parameter-data.ts";
import { SENSE } from "../sense.ts";
import type { ScsiTask } from "../task.ts";

const DBD = 0x08;
const LLBAA = 0x10;
const PAGE_CODE = 0x3f;
/** PAGE CONTROL, bits 7 and 6 of byte 2 (SPC-4 6.11.2 to 6.11.5). */
const PageControl = { Current: 0, Changeable: 1, Default: 2, Saved: 3 } as const;

const pageControl = (cdb: Buffer): number => cdb[2]! >>> 6;

function decode(task: ScsiTask): boolean {
  if (pageControl(task.cdb) === PageControl.Saved) return task.fail(SENSE.savingNotSupported);
  const code = task.cdb[2]! & PAGE_CODE;
  const { lu } = task.lunNexus!;
  if (selectPages(lu, code, task.cdb[3]!).length > 0) return true;
  // The subpage is at fault where the page itself exists.
  return selectPages(lu, code, 0x00).length > 0 ? task.failCdb(3, 7) : task.failCdb(2, 5);
}

function encodePage(page: ModePage, control: number, { lu }: LunNexus): Buffer {
  if (control === PageControl.Changeable) return changeableMask(page, lu);
  return pageValues(page, control === PageControl.Default ? lu.defaultModes : lu.state.modes, lu);
}

function modeSense(task: ScsiTask, layout: HeaderLayout, allocationLength: number): void {
  const { cdb } = task;
  const lunNexus = task.lunNexus!;
  const { lu } = lunNexus;
  const { state, blockSize } = lu;
  let descriptor: Buffer = Buffer.alloc(0);
  // LLBAA has a bit in the 10-byte command only; its usage map keeps it 0 in the other.
  if ((cdb[1]! & DBD) === 0) descriptor = (cdb[1]! & LLBAA ? longDescriptor : shortDescriptor)(state.sizeBlocks, blockSize);
  const selected = selectPages(lu, cdb[2]! & PAGE_CODE, cdb[3]!);
  const pages = selected.map((page) => encodePage(page, pageControl(cdb), lunNexus));
  replyWith(task, modeParameterList(layout, lunNexus, descriptor, pages), allocationLength);
  const caching = selected.indexOf(CACHING);
  if (caching < 0 || pageControl(cdb) !== PageControl.Current) return;
  const before = pages.slice(0, caching).reduce((bytes, page) => bytes + page.length, layout.bytes + descriptor.length);
  // A host that asks for the first bytes only has not seen the bit.
  if (Math.min(allocationLength, task.expectedDataIn) >= before + WCE_AT + 1) toldOfCache(lunNexus, task.server.now());
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0x1a,
    name: "MODE SENSE(6)",
    clause: "SPC-4 6.11",
    usage: [0x1a, DBD, 0xff, 0xff, 0xff, 0],
    // Where a persistent reservation lets a nexus read, its host must be able to read cache and protection too: SPC-4 6.15.4, ALLOW
    // COMMANDS, leaves that to the device server, and a refusal makes Linux guess a write-through cache.
    need: Need.Read,
    decode,
    execute: (task) => modeSense(task, HEADER_6, task.cdb[4]!),
  },
  {
    opcode: 0x5a,
    name: "MODE SENSE(10)",
    clause: "SPC-4 6.12",
    usage: [0x5a, LLBAA | DBD, 0xff, 0xff, 0, 0, 0, 0xff, 0xff, 0],
    need: Need.Read,
    decode,
    execute: (task) => modeSense(task, HEADER_10, task.cdb.readUInt16BE(7)),
  },
];
