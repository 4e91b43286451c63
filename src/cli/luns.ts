/** `lunette luns`: volumes as hosts see them. */
import type { LunStatus } from "../control/service.ts";
import { snapshotVerb } from "./control-verb.ts";
import { bytes } from "./human.ts";
import { table } from "./table.ts";

export const lunsCommand = snapshotVerb<{ readonly luns: readonly LunStatus[] }>({
  name: "luns",
  describe: "List the LUNs of the running daemon",
  example: "what each volume is, where it is mapped, and what goes through it",
  show: ({ luns }, { screen }) =>
    luns.length === 0
      ? "no volumes: add [[volume]] and [[target.lun]] to the configuration"
      : table(
          [
            { title: "VOLUME", cell: ({ volume }) => volume },
            { title: "STATE", cell: stateOf, colour: (lun) => (stateOf(lun) === "online" ? "green" : "red") },
            { title: "SIZE", right: true, cell: ({ online, sizeBytes }) => (online ? bytes(sizeBytes) : "-") },
            { title: "KIND", cell: kindOf },
            { title: "SESSIONS", right: true, cell: ({ sessions }) => String(sessions) },
            { title: "READ", right: true, cell: ({ counters }) => bytes(counters["read"]?.bytes ?? 0) },
            { title: "WRITTEN", right: true, cell: ({ counters }) => bytes(counters["write"]?.bytes ?? 0) },
            {
              title: "ERRORS",
              right: true,
              cell: (lun) => String(errorsOf(lun)),
              colour: (lun) => (errorsOf(lun) > 0 ? "yellow" : undefined),
            },
            { title: "RESERVED", cell: ({ reservation }) => reservation?.type ?? "-" },
            { title: "NAA", cell: ({ naa }) => naa },
            { title: "MAPPED", cell: ({ maps }) => maps.map(({ target, lun }) => `${target}:${lun}`).join(" ") || "nowhere" },
          ],
          luns,
          screen,
        ),
});

function stateOf({ online, stopped, memory }: LunStatus): string {
  if (memory !== "intact") return `state ${memory}`;
  if (!online) return "offline";
  return stopped ? "stopped" : "online";
}

const kindOf = ({ thin, readOnly, writeCache, io }: LunStatus): string =>
  [thin ? "thin" : "thick", io, ...(readOnly ? ["read-only"] : []), ...(writeCache ? [] : ["write-through"])].join(" ");

const errorsOf = ({ counters }: LunStatus): number => Object.values(counters).reduce((sum, { errors }) => sum + errors, 0);
