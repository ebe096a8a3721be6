/** Bytes of shared memory in which a worker says what it does; `Meter` knows what lies where. */
export const METER_BYTES = 32;
