/** Finds the route of a path. Paths without parameters are looked up; of the others there are few for one number of segments. */
import type { Route } from "./routes.ts";

type Methods = ReadonlyMap<string, Route>;

interface Pattern {
  readonly path: string;
  readonly segments: readonly string[];
  readonly methods: Methods;
}

export class RoutePaths {
  readonly #byPath = new Map<string, Map<string, Route>>();
  /** By their number of segments. */
  readonly #patterns = new Map<number, Pattern[]>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const { path, method } = route;
      const methods = this.#byPath.get(path) ?? new Map<string, Route>();
      if (methods.has(method)) throw new Error(`two routes for ${method} ${path}`);
      methods.set(method, route);
      if (this.#byPath.has(path)) continue;
      this.#byPath.set(path, methods);
      if (!path.includes("/:")) continue;
      const segments = path.split("/");
      this.#patterns.set(segments.length, [...(this.#patterns.get(segments.length) ?? []), { path, segments, methods }]);
    }
  }

  /** undefined: there is nothing at this path. A path that is written literally beats one with parameters. */
  find(path: string): { readonly methods: Methods; readonly params: Readonly<Record<string, string>> } | undefined {
    const exact = this.#byPath.get(path);
    if (exact !== undefined && !path.includes("/:")) return { methods: exact, params: {} };
    const written = path.split("/");
    for (const { segments, methods } of this.#patterns.get(written.length) ?? []) {
      const params = match(segments, written);
      if (params !== undefined) return { methods, params };
    }
    return undefined;
  }

  list(): readonly { readonly path: string; readonly methods: readonly string[] }[] {
    return [...this.#byPath].map(([path, methods]) => ({ path, methods: [...methods.keys()] }));
  }
}

function match(segments: readonly string[], written: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const text = written[index] ?? "";
    if (!segment.startsWith(":")) {
      if (segment !== text) return undefined;
      continue;
    }
    const decoded = decode(text);
    if (decoded === undefined || decoded === "") return undefined;
    params[segment.slice(1)] = decoded;
  }
  return params;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // A "%" that begins no encoded byte: no object has such a name.
    return undefined;
  }
}
