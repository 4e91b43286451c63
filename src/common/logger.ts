/**
 * The log: pino, as JSON lines for machines or as text for people. Both write synchronously, because the line
 * that matters most is the last one before an exit. `limited()` keeps one noisy peer from flooding it.
 */
import { type DestinationStream, pino } from "pino";
import { prettyFactory } from "pino-pretty";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ["pretty", "json"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** `log.info("text")` or `log.info({ fields }, "text")`. */
export interface LogLine {
  (message: string): void;
  (fields: object, message: string): void;
}

export interface Logger extends Readonly<Record<LogLevel, LogLine>> {
  /** A logger whose lines carry these fields too. */
  child(fields: Readonly<Record<string, unknown>>): Logger;
  /**
   * A logger for lines that may repeat without end. The first few lines of `key` in a window pass; the rest
   * are counted and told in one line at its end. Keys are shared by all children of one root.
   */
  limited(key: string): Logger;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Default: standard output. */
  readonly destination?: DestinationStream;
  readonly limiter?: Partial<LimiterOptions>;
}

export interface LimiterOptions {
  /** Lines of a key that pass in one window. */
  readonly lines: number;
  readonly windowMs: number;
  /** Keys remembered; the least recently used one makes way. */
  readonly keys: number;
}

const LIMITER: LimiterOptions = { lines: 5, windowMs: 10_000, keys: 512 };

/** Fields that are never written, wherever they stand up to three levels deep. */
const SECRET_FIELDS = [
  "secret",
  "mutualSecret",
  "mutual_secret",
  "password",
  "token",
  "authorization",
  "CHAP_R",
  "chapResponse",
  "challenge",
] as const;
const REDACTED = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

export interface RootLogger extends Logger {
  /** Tells what is still counted, for example before the process ends. */
  flush(): void;
  /** The least level from now on, for every logger that has come from this one. */
  setLevel(level: LogLevel): void;
}

/** What all loggers of one root share. */
interface Root {
  /** Position in LOG_LEVELS. */
  least: number;
  readonly limiter: RateLimiter;
}

export function createLogger(options: LoggerOptions): RootLogger {
  const destination = options.destination ?? pino.destination({ dest: 1, sync: true });
  const colours = options.destination === undefined && process.stdout.isTTY === true;
  const stream = options.format === "pretty" ? forPeople(destination, colours) : destination;
  const lines = pino(
    {
      // Everything: which lines pass is decided before, because children of pino keep the level that they were made with.
      level: LOG_LEVELS[0],
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED, censor: "[redacted]" },
    },
    stream,
  );
  const limiter = new RateLimiter({ ...LIMITER, ...options.limiter });
  const root: Root = { least: LOG_LEVELS.indexOf(options.level), limiter };
  return Object.assign(facade(lines, root, undefined), {
    flush: () => limiter.flush(),
    setLevel: (level: LogLevel) => {
      root.least = LOG_LEVELS.indexOf(level);
    },
  });
}

/** pino-pretty's own stream hands lines on later; its formatter, called here, keeps every line synchronous. */
function forPeople(destination: DestinationStream, colorize: boolean): DestinationStream {
  const format = prettyFactory({ colorize, translateTime: "SYS:HH:MM:ss.l" });
  return { write: (line) => destination.write(format(line)) };
}

/** Lines go to standard output; a person at a terminal reads text, everything else reads JSON. */
export function defaultLogFormat(): LogFormat {
  return process.stdout.isTTY === true ? "pretty" : "json";
}

type Sink = Pick<pino.Logger, LogLevel | "child">;

function facade(sink: Sink, root: Root, key: string | undefined): Logger {
  const line = (level: LogLevel, rank: number): LogLine => {
    return (first: object | string, message?: string) => {
      if (rank < root.least) return;
      const write = (): void => (typeof first === "string" ? sink[level](first) : sink[level](first, message));
      if (key === undefined) return write();
      const text = typeof first === "string" ? first : (message ?? "");
      root.limiter.pass(key, write, (count) => sink[level]({ repeated: count }, `… "${text}" repeated ${count} times`));
    };
  };
  const methods = Object.fromEntries(LOG_LEVELS.map((level, rank) => [level, line(level, rank)])) as Record<LogLevel, LogLine>;
  return {
    ...methods,
    child: (fields) => facade(sink.child(fields), root, key),
    limited: (nextKey) => facade(sink, root, nextKey),
  };
}

interface Window {
  passed: number;
  held: number;
  /** Writes the summary in the words of the last line that was held. */
  tell: (count: number) => void;
  readonly timer: NodeJS.Timeout;
}

/** Bounded in keys and in lines per key and window. */
class RateLimiter {
  readonly #options: LimiterOptions;
  readonly #windows = new Map<string, Window>();

  constructor(options: LimiterOptions) {
    this.#options = options;
  }

  pass(key: string, write: () => void, tell: (count: number) => void): void {
    const window = this.#open(key);
    if (window.passed < this.#options.lines) {
      window.passed++;
      write();
      return;
    }
    window.held++;
    window.tell = tell;
  }

  flush(): void {
    for (const key of [...this.#windows.keys()]) this.#close(key);
  }

  #open(key: string): Window {
    const known = this.#windows.get(key);
    if (known !== undefined) {
      // A Map keeps the order of insertion: putting the key in again makes it the most recently used.
      this.#windows.delete(key);
      this.#windows.set(key, known);
      return known;
    }
    if (this.#windows.size >= this.#options.keys) {
      const [oldest] = this.#windows.keys();
      if (oldest !== undefined) this.#close(oldest);
    }
    const timer = setTimeout(() => this.#close(key), this.#options.windowMs);
    timer.unref();
    const fresh: Window = { passed: 0, held: 0, tell: () => {}, timer };
    this.#windows.set(key, fresh);
    return fresh;
  }

  #close(key: string): void {
    const window = this.#windows.get(key);
    if (window === undefined) return;
    this.#windows.delete(key);
    clearTimeout(window.timer);
    if (window.held > 0) window.tell(window.held);
  }
}
