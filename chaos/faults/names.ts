/** Faults of our own processes and of the ways between them: they hurt nobody else on the test bed. */
export const OWN_FAULTS = ['kill', 'stop', 'close', 'sockets', 'store-link', 'api-link'] as const;
/** Faults of the test bed's components, made by its `fault` and healed by its `up`. */
export const BED_FAULTS = ['store', 'apiserver', 'kubelet'] as const;
export const FAULT_NAMES = [...OWN_FAULTS, ...BED_FAULTS] as const;

export type FaultName = (typeof FAULT_NAMES)[number];
export type BedFaultName = (typeof BED_FAULTS)[number];
