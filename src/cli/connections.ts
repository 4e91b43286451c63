/** `lunette connections`: every TCP connection, those that have not logged in among them. */
import type { ConnectionStatus } from "../control/service.ts";
import { snapshotVerb } from "./control-verb.ts";
import { bytes, duration } from "./human.ts";
import { table } from "./table.ts";

export const connectionsCommand = snapshotVerb<{ readonly connections: readonly ConnectionStatus[] }>({
  name: "connections",
  describe: "List the TCP connections of initiators",
  example: "every connection, those that have not logged in among them",
  show: ({ connections }, { screen }) =>
    connections.length === 0
      ? "no connections"
      : table(
          [
            { title: "ADDRESS", cell: ({ address }) => address },
            { title: "PORTAL", cell: ({ portal }) => portal },
            { title: "GROUP", right: true, cell: ({ portalGroup }) => String(portalGroup) },
            { title: "PHASE", cell: ({ phase }) => phase },
            { title: "STATE", cell: ({ state, held }) => (held ? `${state}, held back` : state) },
            { title: "INITIATOR", cell: ({ initiator }) => initiator ?? "-" },
            { title: "TARGET", cell: ({ target, phase }) => target ?? (phase === "login" ? "-" : "(discovery)") },
            { title: "TSIH", right: true, cell: ({ tsih }) => String(tsih ?? "-") },
            { title: "UNSENT", right: true, cell: ({ unsentBytes }) => bytes(unsentBytes) },
            { title: "IDLE", right: true, cell: ({ idleSeconds }) => duration(idleSeconds) },
            { title: "AGE", right: true, cell: ({ ageSeconds }) => duration(ageSeconds) },
          ],
          connections,
          screen,
        ),
});
