/** `lunette audit`: who has changed what, and what was refused. */
import { setTimeout as sleep } from "node:timers/promises";
import { controlVerb } from "./control-verb.ts";
import { historyOptions, LAST_MAX, lastOf } from "./history-options.ts";
import { localTime } from "./human.ts";
import { paint } from "./screen.ts";
import { harmless } from "./table.ts";
import type { Screen } from "./verb.ts";

interface AuditEntry {
  readonly sequence: number;
  readonly at: string;
  readonly actor: string;
  readonly method: string;
  readonly path: string;
  readonly outcome: "applied" | "refused";
  readonly error?: unknown;
  readonly generation?: number;
}

interface AuditPage {
  readonly entries: readonly AuditEntry[];
  readonly next: number;
  readonly oldest: number;
}

const POLL_MS = 1000;

export const auditCommand = controlVerb({
  name: "audit",
  describe: "Tell who has changed what, and which changes were refused",
  builder: (parser) =>
    historyOptions(parser, "entries")
      .example("$0 audit", "the last changes, in the order in which they were made")
      .example("$0 audit --follow --json", "one JSON object a line, with before and after; secrets are masked"),
  ask: async (client, argv, terminal) => {
    const last = lastOf(argv);
    const tell = (entry: AuditEntry): void =>
      terminal.out(argv["json"] === true ? JSON.stringify(entry) : entryLine(entry, terminal.screen));
    let page = await client.get<AuditPage>(`/v1/audit?limit=${Math.max(1, last)}`);
    const entries = last === 0 ? [] : page.entries;
    entries.forEach(tell);
    if (argv["follow"] !== true) {
      if (entries.length === 0 && argv["json"] !== true) terminal.out("no changes");
      return 0;
    }
    for (;;) {
      await sleep(POLL_MS);
      const from: number = page.next;
      page = await client.get<AuditPage>(`/v1/audit?from=${from}&limit=${LAST_MAX}`);
      if (page.oldest > from && argv["json"] !== true) terminal.out(`… ${page.oldest - from} entries are no longer kept`);
      page.entries.forEach(tell);
    }
  },
});

function entryLine({ at, actor, method, path, outcome, error, generation }: AuditEntry, screen: Screen | undefined): string {
  const head = `${localTime(at)}  ${outcome}  ${actor}  ${method} ${path}`;
  const tail = outcome === "refused" ? `  ${errorText(error)}` : generation === undefined ? "" : `  generation ${generation}`;
  return paint(harmless(head), outcome === "refused" ? "yellow" : undefined, screen) + harmless(tail);
}

function errorText(error: unknown): string {
  if (typeof error === "string") return error;
  const { type, message } = (error ?? {}) as { type?: string; message?: string };
  return [type, message].filter((each) => each !== undefined).join(": ");
}
