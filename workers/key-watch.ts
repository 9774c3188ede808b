import { VenueRefusedRead, type ExchangePort } from '#shared/ports/exchange.port';

/** How often a refusal that repeats with every poll is told. */
const tellEveryMs = 10_000;

/**
 * The same exchange, watched: `refused` hears when the venue turns an account away by its key or its permissions, whatever was asked
 * . What a call answers or throws stays as it is.
 */
export function watchKey(exchange: ExchangePort, refused: (why: string) => void, now: () => number = () => performance.now()): ExchangePort {
  let toldAt = -Infinity;
  const tell = (code: string, message: string): void => {
    if (now() - toldAt < tellEveryMs) return;
    toldAt = now();
    refused(`the venue says ${code}: ${message}`);
  };
  const seen = <Answer>(answer: Answer): Answer => {
    const outcome = answer as { kind?: string; refused?: string; code?: string; message?: string } | null | undefined;
    if (typeof outcome === 'object' && outcome?.kind === 'refused' && outcome.refused === 'auth') tell(outcome.code ?? '', outcome.message ?? '');
    return answer;
  };
  const failed = (error: unknown): never => {
    if (error instanceof VenueRefusedRead && error.refused === 'auth') tell(error.code, error.message);
    throw error;
  };
  return new Proxy(exchange, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        const answer: unknown = member.apply(target, args);
        return answer instanceof Promise ? answer.then(seen, failed) : answer;
      };
    },
  });
}
