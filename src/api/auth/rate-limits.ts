/** Who asks too often: by address before it is known who calls, by caller after. Counted in windows by @fastify/rate-limit, in bounded memory. */
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Problem } from "../problems.ts";
import type { AuthBounds } from "./auth-bounds.ts";

const SECOND_MS = 1_000;

export interface RateLimits {
  /** Counts a request without a credential. @throws Problem 429 */
  anonymous(request: FastifyRequest): Promise<void>;
  /** Counts a request of a known caller. @throws Problem 429 */
  caller(request: FastifyRequest): Promise<void>;
  /** Whether this address may try another credential. @throws Problem 429 */
  mayAttempt(request: FastifyRequest): Promise<void>;
  failed(request: FastifyRequest): Promise<void>;
}

export async function rateLimits(
  app: FastifyInstance,
  requestsPerSecond: () => number,
  bounds: AuthBounds,
): Promise<RateLimits> {
  await app.register(rateLimit, { global: false });
  const byAddress = { keyGenerator: addressOf, cache: bounds.addresses };
  const anonymous = app.createRateLimit({ ...byAddress, max: bounds.anonymous_requests, timeWindow: SECOND_MS });
  const failures = app.createRateLimit({ ...byAddress, max: bounds.failed_attempts, timeWindow: bounds.failed_attempts_ms });
  const byCaller = { keyGenerator: ({ caller }: FastifyRequest) => caller?.name ?? "", cache: bounds.callers };
  const callers = app.createRateLimit({ ...byCaller, max: () => requestsPerSecond(), timeWindow: SECOND_MS });
  return {
    anonymous: async (request) => {
      const counted = await anonymous(request);
      if (!counted.isAllowed && counted.isExceeded)
        throw tooMany("without a key, one address may ask for so much in a second only", counted.ttlInSeconds);
    },
    caller: async (request) => {
      const counted = await callers(request);
      if (!counted.isAllowed && counted.isExceeded)
        throw tooMany(`one caller may send ${requestsPerSecond()} requests in a second`, counted.ttlInSeconds);
    },
    mayAttempt: async (request) => {
      const counted = await failures(request, { increment: false });
      if (!counted.isAllowed && counted.remaining === 0)
        throw tooMany("too many wrong keys or certificates came from this address", counted.ttlInSeconds);
    },
    failed: async (request) => {
      await failures(request);
    },
  };
}

/** An IPv6 host has a /64 to choose from: that counts as one address. */
function addressOf({ ip }: FastifyRequest): string {
  return rateLimit.normalizeIP(ip, 64);
}

const tooMany = (detail: string, seconds: number): Problem =>
  new Problem("too-many-requests", detail, {}, { "retry-after": String(Math.max(1, seconds)) });
