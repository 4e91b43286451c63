/** `lunette events`: what has happened and why, and with --follow what happens. */
import type { EventDetails, LunetteEvent, Severity } from "../common/events.ts";
import type { EventPage } from "../control/routes.ts";
import { controlVerb } from "./control-verb.ts";
import { historyOptions, lastOf } from "./history-options.ts";
import { eventFact, localTime } from "./human.ts";
import { type Colour, paint } from "./screen.ts";
import { harmless } from "./table.ts";
import type { Terminal } from "./verb.ts";

const COLOURS: Readonly<Record<Severity, Colour | undefined>> = { info: undefined, warning: "yellow", error: "red" };

export const eventsCommand = controlVerb({
  name: "events",
  describe: "Tell what has happened, and why",
  builder: (parser) =>
    historyOptions(parser, "events")
      .example("$0 events", "which logins were refused, and why")
      .example("$0 events --follow --json", "one JSON object a line, as they happen"),
  ask: async (client, argv, terminal) => {
    const json = argv["json"] === true;
    const last = lastOf(argv);
    const tell = (line: string): void => {
      const item = JSON.parse(line) as LunetteEvent | { readonly missed: number };
      if (json) terminal.out(line);
      else if ("missed" in item) terminal.out(`… ${item.missed} events are no longer kept`);
      else terminal.out(eventLine(item, terminal));
    };
    const page = await client.get<EventPage>(`/v1/events?limit=${Math.max(1, last)}`);
    const events = last === 0 ? [] : page.events;
    for (const event of events) tell(JSON.stringify(event));
    if (argv["follow"] !== true) {
      if (events.length === 0 && !json) terminal.out("no events");
      return 0;
    }
    for await (const line of client.lines(`/v1/events?follow=1&from=${page.next}`)) tell(line);
    terminal.err("the daemon has ended");
    return 1;
  },
});

/** "2026-11-21 15:04:05  warning  login-refused  initiator=… reason=…" */
function eventLine(event: LunetteEvent, { screen }: Terminal): string {
  const { at, kind, severity, details, repeated } = event;
  const facts = Object.entries(details).map(([name, value]) => `${name}=${valueText(name, value)}`);
  if (repeated !== undefined && repeated > 0) facts.push(`(and ${repeated} more of this kind)`);
  const head = `${localTime(at)}  ${severity.padEnd(7)}  ${kind}`;
  return `${paint(harmless(head), COLOURS[severity], screen)}  ${harmless(facts.join("  "))}`;
}

function valueText(name: string, value: EventDetails[keyof EventDetails]): string {
  const text = eventFact(name, value);
  return typeof value === "string" && /[\s="]/.test(text) ? JSON.stringify(text) : text;
}
