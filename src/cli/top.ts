/** `lunette top`: rates of LUNs and sessions, in place on a terminal; one measurement where nobody looks. */
import { setTimeout as sleep } from "node:timers/promises";
import type { TopSample } from "../control/service.ts";
import { controlVerb, USAGE_ERROR } from "./control-verb.ts";
import { localTime } from "./human.ts";
import { paint } from "./screen.ts";
import { type Column, grid } from "./table.ts";
import { type LunRates, type OperationRates, type Rates, ratesBetween, type SessionRates } from "./top-rates.ts";
import type { Screen } from "./verb.ts";

const INTERVAL_SECONDS = 2;
/** ECMA-48: to the first column of the first line; clear to the end of the line; clear what is below. */
const HOME = "\u001b[H";
const CLEAR_LINE = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";
/** DECAWM: a line longer than the terminal is wide is cut, not continued on the next one. */
const CUT_LINES = "\u001b[?7l";
const WRAP_LINES = "\u001b[?7h";

export const topCommand = controlVerb({
  name: "top",
  describe: "Show live IOPS, throughput, latency and depth of LUNs and sessions",
  builder: (parser) =>
    parser
      .option("interval", {
        type: "number",
        default: INTERVAL_SECONDS,
        requiresArg: true,
        describe: "seconds of one measurement",
      })
      .option("once", { type: "boolean", default: false, describe: "measure once and end, as without a terminal" })
      .example("$0 top", "updates in place until Ctrl-C")
      .example("$0 top --once --json --interval 10", "ten seconds, for a program"),
  ask: async (client, argv, terminal) => {
    const { screen } = terminal;
    const interval = Number(argv["interval"]);
    if (!(interval >= 0.1 && interval <= 3600)) {
      terminal.err("lunette top: --interval: give seconds, 0.1 to 3600");
      return USAGE_ERROR;
    }
    const sample = () => client.get<TopSample>("/v1/top");
    const live = screen !== undefined && argv["once"] !== true && argv["json"] !== true;
    let before = await sample();
    if (live) screen.write(HOME + CLEAR_BELOW);
    for (;;) {
      await sleep(interval * 1000);
      const after = await sample();
      const rates = ratesBetween(before, after);
      before = after;
      if (!live) {
        terminal.out(argv["json"] === true ? JSON.stringify(rates, undefined, 2) : show(rates, screen));
        return 0;
      }
      screen.write(frame(show(rates, screen), screen));
    }
  },
});

/** One picture over the last one: nothing flickers, and nothing longer than the terminal makes it scroll. */
function frame(text: string, screen: Screen): string {
  const lines = text.split("\n").slice(0, screen.rows - 1);
  return CUT_LINES + HOME + lines.map((line) => `${line}${CLEAR_LINE}\n`).join("") + CLEAR_BELOW + WRAP_LINES;
}

const byLoad = (a: LunRates, b: LunRates): number =>
  b.readIops + b.writeIops + b.otherIops - (a.readIops + a.writeIops + a.otherIops) || (a.volume < b.volume ? -1 : 1);
const whole = (value: number): string => Math.round(value).toString();
/** MB of 1,000,000 bytes, as disks and networks count. */
const megabytes = (value: number): string => (value / 1e6).toFixed(1);
const milliseconds = (value: number | undefined): string => (value === undefined ? "-" : (value * 1000).toFixed(2));

/** Of volumes and sessions alike. */
const RATE_COLUMNS: readonly Column<OperationRates>[] = [
  { title: "READ/s", right: true, cell: ({ readIops }) => whole(readIops) },
  { title: "WRITE/s", right: true, cell: ({ writeIops }) => whole(writeIops) },
  { title: "OTHER/s", right: true, cell: ({ otherIops }) => whole(otherIops) },
  { title: "READ MB/s", right: true, cell: ({ readBytesPerSecond }) => megabytes(readBytesPerSecond) },
  { title: "WRITE MB/s", right: true, cell: ({ writeBytesPerSecond }) => megabytes(writeBytesPerSecond) },
  { title: "READ ms", right: true, cell: ({ readLatencySeconds }) => milliseconds(readLatencySeconds) },
  { title: "WRITE ms", right: true, cell: ({ writeLatencySeconds }) => milliseconds(writeLatencySeconds) },
];
const ERRORS_COLUMN: Column<OperationRates> = {
  title: "ERRORS/s",
  right: true,
  cell: ({ errorsPerSecond }) => whole(errorsPerSecond),
  colour: ({ errorsPerSecond }) => (errorsPerSecond > 0 ? "red" : undefined),
};

function show(rates: Rates, screen: Screen | undefined): string {
  const luns = grid<LunRates>(
    [
      { title: "VOLUME", cell: ({ volume }) => volume },
      ...RATE_COLUMNS,
      { title: "DEPTH", right: true, cell: ({ depth }) => String(depth) },
      ERRORS_COLUMN,
    ],
    rates.luns.toSorted(byLoad),
    screen,
  );
  const sessions = grid<SessionRates>(
    [
      { title: "INITIATOR", cell: ({ initiator }) => initiator },
      { title: "TARGET", cell: ({ target }) => target },
      { title: "TSIH", right: true, cell: ({ tsih }) => String(tsih) },
      ...RATE_COLUMNS,
      { title: "DEPTH", right: true, cell: ({ depth }) => String(depth) },
      ERRORS_COLUMN,
    ],
    rates.sessions.toSorted((a, b) => b.iops - a.iops),
    screen,
  );
  const title = paint(`${localTime(rates.at)}, over ${rates.seconds.toFixed(1)} s`, "dim", screen);
  return [title, "", luns, "", sessions].join("\n");
}
