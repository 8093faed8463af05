import { within } from '../runtime/deadline.ts';
import type { Attributes, ResourceLike, SpanLike } from '../span/span-like.ts';

const TIMEOUT_MS = 5_000;

/** A span's resource, if it has one that can be read. */
export function resourceOf(span: SpanLike): ResourceLike | undefined {
  try {
    const { resource } = span;
    return typeof resource === 'object' && resource !== null ? resource : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The attributes once the pending ones have come, or after five seconds: read before, the SDK logs an error. Never
 * rejects: a resource whose attributes cannot be read has none.
 */
export async function settledAttributes(resource: ResourceLike): Promise<Attributes | undefined> {
  try {
    await settled(resource);
  } catch {
    // What is there already is read.
  }
  try {
    return resource.attributes;
  } catch {
    return undefined;
  }
}

async function settled(resource: ResourceLike): Promise<void> {
  if (resource.asyncAttributesPending !== true || resource.waitForAsyncAttributes === undefined) return;
  await within(TIMEOUT_MS, resource.waitForAsyncAttributes());
}
