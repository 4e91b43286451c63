/** Figures as people read them: about right and short. Programs take --json. */

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** "4.0 GiB", "512 B". */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${BYTE_UNITS[unit]}`;
}

/** The two largest parts: "3d 4h", "12m 5s", "0s". */
export function duration(seconds: number): string {
  const whole = Math.floor(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), "d"],
    [Math.floor(whole / 3_600) % 24, "h"],
    [Math.floor(whole / 60) % 60, "m"],
    [whole % 60, "s"],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  if (first < 0) return "0s";
  return parts
    .slice(first, first + 2)
    .filter(([value], at) => at === 0 || value > 0)
    .map(([value, unit]) => `${value}${unit}`)
    .join(" ");
}

/** The local time of an ISO time stamp: "2026-11-21 15:04:05". */
export function localTime(iso: string): string {
  const date = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;

/** A fact of an event. Sizes are the only numbers that go from one value to another. */
export function eventFact(name: string, value: unknown): string {
  if ((name === "from" || name === "to") && typeof value === "number") return bytes(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** RFC 7143 11.13.5: class and detail of a login's status, as the counters name them. */
const LOGIN_OUTCOMES: Readonly<Record<string, string>> = {
  success: "accepted",
  "0x0101": "redirected for now",
  "0x0102": "redirected for good",
  "0x0200": "initiator error",
  "0x0201": "authentication failed",
  "0x0202": "not admitted",
  "0x0203": "no such target",
  "0x0204": "target removed",
  "0x0205": "unsupported version",
  "0x0206": "too many connections",
  "0x0207": "missing parameter",
  "0x0208": "not of this session",
  "0x0209": "session type not supported",
  "0x020a": "no such session",
  "0x020b": "invalid during login",
  "0x0300": "target error",
  "0x0301": "service unavailable",
  "0x0302": "out of resources",
};

/** "not admitted (0202h)"; what is not in the table as it is. */
export function loginOutcome(outcome: string): string {
  const words = LOGIN_OUTCOMES[outcome];
  if (words === undefined) return outcome;
  return outcome.startsWith("0x") ? `${words} (${outcome.slice(2)}h)` : words;
}
