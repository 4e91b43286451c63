/** INQUIRY: SPC-4 6.4 (data), 6.4.2 (standard INQUIRY data), 6.4.4 (vital product data). */
import type { CommandDescriptor } from "../command.ts";
import { Need } from "../command.ts";
import { DEFAULT_PRODUCT, REVISION, VENDOR } from "../identity.ts";
import { replyWith } from "../parameter-data.ts";
import type { ScsiTask } from "../task.ts";
import { supportedPages, VPD_PAGES, vpdPage } from "../vpd/vpd-table.ts";

const EVPD = 0x01;
const STANDARD_DATA_BYTES = 96;
/** VERSION: SPC-4. */
const VERSION_SPC_4 = 0x06;
const HISUP = 0x10;
const RESPONSE_DATA_FORMAT = 0x02;
/** TPGS 11b: access states change by themselves (configuration) and by SET TARGET PORT GROUPS. */
const TPGS_BOTH = 0x30;
/** 3PC: there is a copy manager. */
const THIRD_PARTY_COPY = 0x08;
/** The medium is removable. */
const RMB = 0x80;
const MULTIP = 0x10;
const CMDQUE = 0x02;
const VERSION_DESCRIPTORS_AT = 58;
/** SPC-4 6.4.2.2, each claiming no particular revision. */
const VERSION_DESCRIPTORS = [
  0x00a0, // SAM-5
  0x0960, // iSCSI
  0x0460, // SPC-4
  0x04c0, // SBC-3
] as const;

/**
 * PERIPHERAL QUALIFIER and PERIPHERAL DEVICE TYPE. Where nothing is mapped the type is 1Fh. The qualifier is then 011b, "no unit can be
 * here"; at LUN 0 it is 001b, "none connected", because that is where hosts begin a scan: they go on with REPORT LUNS, and none may
 * conclude that the port can't have a LUN 0.
 */
function peripheral(task: ScsiTask): number {
  if (task.lunNexus !== undefined) return 0x00;
  return task.lun === 0 ? 0x3f : 0x7f;
}

function standardData(task: ScsiTask): Buffer {
  const identity = task.lunNexus?.lu.identity;
  const out = Buffer.alloc(STANDARD_DATA_BYTES);
  out[0] = peripheral(task);
  out[2] = VERSION_SPC_4;
  out[3] = HISUP | RESPONSE_DATA_FORMAT;
  out[4] = STANDARD_DATA_BYTES - 5;
  if (task.lunNexus?.lu.geometry.removable) out[1] = RMB;
  if (identity !== undefined) {
    out[5] = TPGS_BOTH | THIRD_PARTY_COPY;
    out[6] = task.nexus.targetPort.groups.length > 1 ? MULTIP : 0;
    out[7] = CMDQUE;
  }
  out.write(identity?.vendor ?? VENDOR, 8, 8, "ascii");
  out.write(identity?.product ?? DEFAULT_PRODUCT.padEnd(16), 16, 16, "ascii");
  out.write(identity?.revision ?? REVISION, 32, 4, "ascii");
  VERSION_DESCRIPTORS.forEach((descriptor, index) => {
    out.writeUInt16BE(descriptor, VERSION_DESCRIPTORS_AT + 2 * index);
  });
  return out;
}

/** EVPD=0 wants PAGE CODE 0; EVPD=1 a page that we have. Where no unit is mapped there is only the list of pages. */
function decode(task: ScsiTask): boolean {
  const page = task.cdb[2]!;
  if ((task.cdb[1]! & EVPD) === 0) return page === 0 || task.failCdb(2, 7);
  if (task.lunNexus === undefined ? page !== 0x00 : !VPD_PAGES.has(page)) return task.failCdb(2, 7);
  return true;
}

function execute(task: ScsiTask): void {
  const allocationLength = task.cdb.readUInt16BE(3);
  const page = task.cdb[2]!;
  let data: Buffer;
  if ((task.cdb[1]! & EVPD) === 0) data = standardData(task);
  else if (task.lunNexus === undefined) data = vpdPage(peripheral(task), page, supportedPages([0x00]));
  else data = vpdPage(peripheral(task), page, VPD_PAGES.get(page)!.encode(task.lunNexus));
  replyWith(task, data, allocationLength);
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0x12,
    name: "INQUIRY",
    clause: "SPC-4 6.4",
    usage: [0x12, EVPD, 0xff, 0xff, 0xff, 0x00],
    need: Need.Nothing,
    ignoresUnitAttention: true,
    withoutLogicalUnit: true,
    decode,
    execute,
  },
];
