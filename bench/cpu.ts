/**
 * CPU time of the calling thread, in milliseconds: what work costs, whatever else the machine does meanwhile. Work that
 * V8 does on threads of its own (compiling, parts of garbage collection) is not in it. Systems count it
 * in steps of some milliseconds: measure batches of at least 50.
 */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
