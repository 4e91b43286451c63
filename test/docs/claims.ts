/** The tables of src/scsi/README.md and src/iscsi/README.md, from the tables that the code itself works with. */
import { DEFAULT_LIMITS } from "../../src/common/limits.ts";
import { type KeyRow, NEGOTIATION_KEYS } from "../../src/iscsi/login/negotiation-keys.ts";
import { Need, PERMIT_ALL } from "../../src/scsi/command.ts";
import { COMMAND_TABLE } from "../../src/scsi/command-table.ts";
import { isCounter } from "../../src/scsi/log-pages/log-page.ts";
import { LOG_PAGES } from "../../src/scsi/log-pages/log-page-table.ts";
import { MODE_PAGES } from "../../src/scsi/mode-pages/mode-page-table.ts";
import { SENSE } from "../../src/scsi/sense.ts";
import { ATTENTION } from "../../src/scsi/unit-attention.ts";
import { CONDITIONS } from "../../src/scsi/unit-condition.ts";
import { VPD_PAGES } from "../../src/scsi/vpd/vpd-table.ts";
import { INITIATOR_OPCODE, TARGET_OPCODE } from "../../src/wire/opcode.ts";

const hex = (value: number): string => `${value.toString(16).padStart(2, "0").toUpperCase()}h`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function needOf(need: number): string {
  if (need === Need.Nothing) return "always";
  const [read, write] = [(need & Need.Read) !== 0, (need & Need.Write) !== 0];
  return need === PERMIT_ALL || write ? "who may write" : read ? "who may read" : "unless RESERVE(6/10) is in force";
}

const commands = (): string =>
  table(
    ["code", "command", "clause", "CDB", "medium", "under a reservation of somebody else"],
    COMMAND_TABLE.all.map(({ opcode, serviceAction, name, clause, usage, needsMedium, writesMedium, need }) => [
      serviceAction === undefined ? hex(opcode) : `${hex(opcode)}/${hex(serviceAction)}`,
      name,
      clause,
      String(usage.length),
      writesMedium ? "changes" : needsMedium ? "needs" : "",
      needOf(need),
    ]),
  );

const vpdPages = (): string =>
  table(
    ["page", "name", "clause"],
    [...VPD_PAGES.values()].map(({ code, name, clause }) => [hex(code), name, clause]),
  );

const modePages = (): string =>
  table(
    ["page", "name", "clause", "changeable"],
    MODE_PAGES.map(({ code, subpage, name, clause, changeable, numbers }) => [
      subpage === 0 ? hex(code) : `${hex(code)}/${hex(subpage)}`,
      name,
      clause,
      [...changeable, ...(numbers ?? [])].map(({ parameter }) => parameter).join(", "),
    ]),
  );

const logPages = (): string =>
  table(
    ["page", "name", "clause", "parameters"],
    LOG_PAGES.map(({ code, name, clause, parameters }) => [
      hex(code),
      name,
      clause,
      parameters
        .map(
          (parameter) => parameter.code.toString(16).padStart(4, "0") + (isCounter(parameter) ? ` ${parameter.counter}` : ""),
        )
        .join(", "),
    ]),
  );

const conditions = (): string =>
  table(
    ["sense", "condition", "commands that run all the same"],
    CONDITIONS.map(({ sense, allows }) => [
      `${hex(sense.key)} ${hex(sense.asc)}/${hex(sense.ascq)}`,
      sense.text,
      allows === undefined ? "all that need no medium" : [...allows].sort().join(", "),
    ]),
  );

const senses = (): string =>
  table(
    ["key", "code", "text"],
    Object.values(SENSE)
      .toSorted((a, b) => a.key - b.key || a.asc - b.asc || a.ascq - b.ascq)
      .map(({ key, asc, ascq, text }) => [hex(key), `${hex(asc)}/${hex(ascq)}`, text]),
  );

const attentions = (): string =>
  table(
    ["code", "text"],
    Object.values(ATTENTION)
      .toSorted((a, b) => a.asc - b.asc || a.ascq - b.ascq)
      .map(({ asc, ascq, text }) => [`${hex(asc)}/${hex(ascq)}`, text]),
  );

function oursOf(row: KeyRow): string {
  switch (row.type) {
    case "list":
      return row.values.join(", ");
    case "boolean-or":
    case "boolean-and":
      return row.ours ? "Yes" : "No";
    case "number-min":
    case "number-max":
    case "declared-number":
      return typeof row.ours === "number" ? String(row.ours) : `${DEFAULT_LIMITS[row.ours]} (\`${row.ours}\`)`;
    default:
      return "";
  }
}

const keys = (): string =>
  table(
    ["key", "clause", "sender", "stages", "kind", "ours", "default"],
    Object.entries<KeyRow>(NEGOTIATION_KEYS).map(([name, row]) => [
      name,
      row.clause,
      row.sender,
      row.stages.join(", "),
      row.type,
      oursOf(row),
      "default" in row ? (typeof row.default === "boolean" ? (row.default ? "Yes" : "No") : String(row.default)) : "",
    ]),
  );

const opcodes = (): string =>
  table(
    ["code", "from the initiator", "code", "from the target"],
    Object.entries(TARGET_OPCODE).map(([name, code], index) => {
      const other = Object.entries(INITIATOR_OPCODE)[index];
      return [other === undefined ? "" : hex(other[1]), other?.[0] ?? "", hex(code), name];
    }),
  );

/** Table by document and marker. */
export const CLAIMS: readonly (readonly [document: string, marker: string, render: () => string])[] = [
  ["src/scsi/README.md", "commands", commands],
  ["src/scsi/README.md", "vpd-pages", vpdPages],
  ["src/scsi/README.md", "mode-pages", modePages],
  ["src/scsi/README.md", "log-pages", logPages],
  ["src/scsi/README.md", "conditions", conditions],
  ["src/scsi/README.md", "sense", senses],
  ["src/scsi/README.md", "attentions", attentions],
  ["src/iscsi/README.md", "opcodes", opcodes],
  ["src/iscsi/README.md", "keys", keys],
];
