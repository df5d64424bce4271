/** The recorded link plan of an engine: which module is instantiated when, and where each of its imports comes from. Types only. @module */

/** An export of an earlier instance: its number and the name. */
export type Ref = readonly [instance: number, name: string];

/** One instance. */
export interface PlanInstance {
  /** Number of the module. */
  readonly module: number;
  /** Module name, field name, and what is put there: an export, or `interface#function` of the host. */
  readonly imports: Readonly<
    Record<string, Readonly<Record<string, Ref | string>>>
  >;
}

/** The whole plan. Nothing in it depends on how a tool numbers its files. */
export interface Plan {
  /** In the order in which they are made. */
  readonly instances: readonly PlanInstance[];
  /** The guest's one memory. */
  readonly memory: Ref;
  /** The guest's one table. No instruction of the guest writes to it: the build sees to that. */
  readonly table: Ref;
  /** Every global that some instruction of the guest writes. */
  readonly globals: readonly Ref[];
  /** What each rewritten module has left until it asks the host. */
  readonly budgets: readonly Ref[];
  /** One byte for each page that was written. */
  readonly touched: Ref;
  /** `cabi_realloc`: memory for what the host hands in. */
  readonly realloc: Ref;
  /** The function that runs one case, and the one that frees its result. */
  readonly run: Ref;
  readonly after: Ref;
}
