/** The view follows the fragment of the address. */
import { parseRoute, type Route } from "./route.ts";
import { useEffect, useState } from "./vendor/hooks.js";

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = (): void => setHash(location.hash);
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return parseRoute(hash);
}
