/** Where the console is: `#/sessions/12` is view "sessions" with the part "12". Nothing but the fragment, so any file server serves it. */
export interface Route {
  readonly view: string;
  /** The segments after the view, decoded. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [view = "", ...parts] = path.split("/").filter((segment) => segment !== "");
  return { view: view === "" ? "overview" : view, parts: parts.map(decoded), query: new URLSearchParams(query) };
}

/** `#/view/part?name=value`, each part encoded. */
export function routeTo(
  view: string,
  parts: readonly (string | number)[] = [],
  query: Readonly<Record<string, string>> = {},
): string {
  const search = new URLSearchParams(query).toString();
  return `#/${[view, ...parts.map((part) => encodeURIComponent(part))].join("/")}${search === "" ? "" : `?${search}`}`;
}

/** Somebody may have typed a lone "%". */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
