import { Capacity } from '../capacity.ts';
import { SamplePool } from './sample-pool.ts';

/** What all apps together may hold, so that memory stays bounded for any input. */
export class Bounds {
  readonly names = new Capacity(100_000);
  readonly buckets = new Capacity(500_000);
  readonly samples = new SamplePool();
}
