/** `lunette targets`: what is exported, to whom. */
import type { TargetStatus } from "../control/service.ts";
import { snapshotVerb } from "./control-verb.ts";
import { table } from "./table.ts";

export const targetsCommand = snapshotVerb<{ readonly targets: readonly TargetStatus[] }>({
  name: "targets",
  describe: "List the targets of the running daemon",
  example: "who may log in where, and how many have",
  show: ({ targets }, { screen }) =>
    targets.length === 0
      ? "no targets: add [[target]] to the configuration"
      : table(
          [
            { title: "TARGET", cell: ({ iqn }) => iqn },
            { title: "PORTALS", cell: ({ portalGroups }) => portalGroups.join(",") },
            {
              title: "ADMITS",
              cell: ({ access }) => access.map(({ igroup, auth }) => `${igroup} (${auth})`).join(", ") || "nobody",
            },
            { title: "LUNS", right: true, cell: ({ luns }) => String(luns.length) },
            { title: "SESSIONS", right: true, cell: ({ sessions }) => String(sessions) },
            { title: "PLACE", cell: ({ place }) => place },
          ],
          targets,
          screen,
        ),
});
