/**
 * READ DEFECT DATA(10) and (12): SBC-3 5.18, 5.19. Both lists of a volume are always there and always empty: what is under it replaces its
 * bad blocks itself, and tells nobody. A list without entries can be told in every format that the standard describes.
 */
import { u16, u32 } from "../cdb.ts";
import { type CommandDescriptor, Need } from "../command.ts";
import { replyWith } from "../parameter-data.ts";
import type { ScsiTask } from "../task.ts";

const REQ_PLIST = 0x10;
const REQ_GLIST = 0x08;
const LIST_FORMAT = 0x07;
/** DEFECT LIST FORMAT (SBC-3 table 208): 110b is vendor specific and 111b reserved, so nobody can know what an entry of them would be. */
const LAST_FORMAT = 0b101;

interface Shape {
  readonly opcode: number;
  readonly name: string;
  readonly clause: string;
  readonly usage: readonly number[];
  /** Byte of REQ_PLIST, REQ_GLIST and the format. */
  readonly requestAt: number;
  readonly allocationLength: (cdb: Buffer) => number;
  /** DEFECT LIST LENGTH of 0 is its end. In (12) GENERATION CODE is 0 too: the lists never change. */
  readonly headerBytes: number;
}

const REQUEST = REQ_PLIST | REQ_GLIST | LIST_FORMAT;

const SHAPES: readonly Shape[] = [
  {
    opcode: 0x37,
    name: "READ DEFECT DATA(10)",
    clause: "SBC-3 5.18",
    usage: [0x37, 0, REQUEST, 0, 0, 0, 0, 0xff, 0xff, 0],
    requestAt: 2,
    allocationLength: (cdb) => u16(cdb, 7),
    headerBytes: 4,
  },
  {
    opcode: 0xb7,
    name: "READ DEFECT DATA(12)",
    clause: "SBC-3 5.19",
    // ADDRESS DESCRIPTOR INDEX: whatever it is, nothing is left behind it, which is no error.
    usage: [0xb7, REQUEST, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0],
    requestAt: 1,
    allocationLength: (cdb) => u32(cdb, 6),
    headerBytes: 8,
  },
];

function execute(task: ScsiTask, { requestAt, allocationLength, headerBytes }: Shape): void {
  const header = Buffer.alloc(headerBytes);
  // PLISTV and GLISTV: the lists that were asked for are in what follows, which is nothing.
  header[1] = task.cdb[requestAt]! & REQUEST;
  replyWith(task, header, allocationLength(task.cdb));
}

export const COMMANDS: readonly CommandDescriptor[] = SHAPES.map((shape) => ({
  opcode: shape.opcode,
  name: shape.name,
  clause: shape.clause,
  usage: shape.usage,
  need: Need.Read,
  needsMedium: true,
  decode: (task) => (task.cdb[shape.requestAt]! & LIST_FORMAT) <= LAST_FORMAT || task.failCdb(shape.requestAt, 2),
  execute: (task) => execute(task, shape),
}));
