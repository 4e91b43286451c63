/** Schema of volumes: what backs a LUN. */
import type { Kind } from "./field.ts";
import { asciiFault, objectNameFault, pathFault } from "./text-rules.ts";

export const VOLUME = {
  header: "volume",
  many: true,
  doc: "What backs a LUN: one file or block device.",
  label: "name",
  fields: {
    name: {
      type: "string",
      required: true,
      doc: "Name that `volume` refers to; the volume's id derives from it.",
      fault: objectNameFault,
      example: 'name = "vm01"',
    },
    path: {
      type: "string",
      required: true,
      doc: "File, or block device such as `/dev/vg0/vm01`. A path backs one volume only.",
      fault: pathFault,
      example: 'path = "/srv/luns/vm01.img"',
    },
    size: {
      type: "size",
      min: 512,
      max: Number.MAX_SAFE_INTEGER,
      doc: 'Size of a file, such as `"10 GiB"`.',
      defaultDoc: "what the file or device has",
    },
    create: {
      type: "string",
      oneOf: ["thin", "thick"],
      doc: "Create a missing file, without or with its space reserved.",
      defaultDoc: "it must exist",
    },
    block_size: { type: "integer", default: 512, oneOf: [512, 4096], doc: "Bytes of a logical block." },
    physical_block_size: {
      type: "integer",
      default: 4096,
      min: 512,
      max: 1048576,
      doc: "Bytes of a physical block: a power of two, at least `block_size`.",
    },
    io: {
      type: "string",
      default: "buffered",
      oneOf: ["buffered", "direct"],
      doc: "Through the page cache, or past it (O_DIRECT).",
    },
    write_cache: { type: "boolean", default: true, doc: "false: every write is durable before its status is sent." },
    read_only: { type: "boolean", default: false, doc: "Refuse writes." },
    removable: {
      type: "boolean",
      default: false,
      doc: "Hosts see a removable medium, which they may eject and load, and lock against that.",
    },
    space_warning_percent: {
      type: "integer",
      default: 5,
      min: 0,
      max: 100,
      doc: "Hosts of a thin volume are warned (38h/07h) when the filesystem under it has less space left than this part of the volume's size.",
    },
    online: {
      type: "boolean",
      default: true,
      doc: "false: the file or device is closed, and hosts that see the volume are told that it is offline.",
    },
    serial: {
      type: "string",
      doc: "Unit serial number (VPD 80h); unique.",
      defaultDoc: "derived from `node.uuid` and the name",
      fault: asciiFault(36),
    },
    product: { type: "string", default: "VIRTUAL-DISK", doc: "Product identification in INQUIRY.", fault: asciiFault(16) },
  },
} as const satisfies Kind;
