/** One sample of a builder, on the wire. Times are Unix milliseconds. */
export interface WireSample {
  readonly Id: string;
  readonly ParentId: string;
  readonly TraceId: string;
  readonly StartTime: number;
  readonly EndTime: number;
  readonly Value: number;
  readonly Tag: string;
  readonly TraceFlag: number;
  readonly Error: string;
}

/** One builder on the wire. Costs are milliseconds; `Total`, `Errors`, `MaxCost`, `MinCost` fit 32 bits. */
export interface WireBuilder {
  readonly Name: string;
  readonly StartTime: number;
  readonly EndTime: number;
  readonly Total: number;
  readonly Errors: number;
  readonly Cost: number;
  readonly MaxCost: number;
  readonly MinCost: number;
  readonly Value: number;
  readonly Samples: readonly WireSample[];
  readonly ErrorSamples: readonly WireSample[];
}
