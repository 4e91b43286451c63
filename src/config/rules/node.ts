/** The node and the bounds: what this version can do, and bounds that fit each other. */
import { formatSize } from "../../common/units.ts";
import { formatPlace, type Report } from "../config-error.ts";
import type { Draft } from "../draft.ts";
import type { TomlSource } from "../toml-source.ts";

export function checkNode(draft: Draft, managed: TomlSource | undefined, report: Report): void {
  const { node } = draft;
  if (node.ok("reactors") && node.values.reactors !== 1) {
    report.error(
      node.at("reactors"),
      `reactors = ${node.values.reactors}: more reactors are not available in this version; write reactors = 1 or remove the line`,
    );
  }
  if (managed !== undefined && draft.node.source === managed) {
    report.error(
      managed.keyPlace(["node"]),
      "[node] stands in the managed file: it belongs to the hand-written file, which says where the managed one is",
    );
  }
  fits(draft, "connection_buffer_bytes", "buffer_bytes", report);
  fits(draft, "transfer_bytes", "connection_buffer_bytes", report);
}

/** A part can't be larger than the whole it is taken from. */
function fits(draft: Draft, part: string, whole: string, report: Report): void {
  const { limits } = draft;
  if (!limits.ok(part, whole)) return;
  const partValue = Number(limits.values[part]);
  const wholeValue = Number(limits.values[whole]);
  if (partValue <= wholeValue) return;
  const key = limits.given(part) ? part : whole;
  const other = limits.given(part) && limits.given(whole) ? ` (${formatPlace(limits.at(whole))})` : "";
  report.error(
    limits.at(key),
    `${part} is ${formatSize(partValue)} and ${whole} is ${formatSize(wholeValue)}${other}: the first must not be larger`,
  );
}
