/** `lunette sessions`: who is logged in, and what the login agreed on. */
import type { SessionStatus } from "../control/service.ts";
import { snapshotVerb } from "./control-verb.ts";
import { bytes, duration } from "./human.ts";
import { table } from "./table.ts";

export const sessionsCommand = snapshotVerb<{ readonly sessions: readonly SessionStatus[] }>({
  name: "sessions",
  describe: "List the sessions of initiators",
  example: "who is logged in, since when, and how much they move; --json has every negotiated parameter",
  show: ({ sessions }, { screen }) =>
    sessions.length === 0
      ? 'no sessions. "lunette events" says which logins were refused, and why'
      : table(
          [
            { title: "TSIH", right: true, cell: ({ tsih }) => String(tsih) },
            {
              title: "INITIATOR",
              cell: ({ initiator, alias }) => (alias === undefined ? initiator : `${initiator} (${alias})`),
            },
            { title: "ADDRESS", cell: ({ address }) => address },
            { title: "TARGET", cell: ({ target }) => target },
            { title: "PORTAL", cell: ({ portal }) => portal },
            { title: "AUTH", cell: ({ authentication: { method, algorithm } }) => [method, algorithm ?? ""].join(" ").trim() },
            { title: "DIGESTS", cell: digestsOf },
            { title: "LUNS", right: true, cell: ({ luns }) => String(luns.length) },
            { title: "DEPTH", right: true, cell: ({ depth }) => String(depth) },
            { title: "READ ms", right: true, cell: (session) => meanMilliseconds(session, "read") },
            { title: "WRITE ms", right: true, cell: (session) => meanMilliseconds(session, "write") },
            { title: "COMMANDS", right: true, cell: ({ commands }) => String(commands) },
            { title: "READ", right: true, cell: ({ bytesRead }) => bytes(bytesRead) },
            { title: "WRITTEN", right: true, cell: ({ bytesWritten }) => bytes(bytesWritten) },
            { title: "AGE", right: true, cell: ({ ageSeconds }) => duration(ageSeconds) },
          ],
          sessions,
          screen,
        ),
});

/** Mean since the login; "lunette top" has that of the moment. */
function meanMilliseconds({ counters }: SessionStatus, kind: string): string {
  const { operations, latencySeconds } = counters[kind] ?? { operations: 0, latencySeconds: 0 };
  return operations === 0 ? "-" : ((latencySeconds / operations) * 1000).toFixed(2);
}

function digestsOf({ parameters }: SessionStatus): string {
  const used = [parameters["HeaderDigest"] === "CRC32C" ? "header" : "", parameters["DataDigest"] === "CRC32C" ? "data" : ""];
  return used.filter((each) => each !== "").join("+") || "none";
}
