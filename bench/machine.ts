/** The machine that absolute figures belong to. */
import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
}

const BYTES_PER_GB = 1024 ** 3;

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / BYTES_PER_GB),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.versions.node,
  };
}

export function machineLine(machine: Machine, versions: Readonly<Record<string, string>>): string {
  const { cpu, cores, memoryGb, system, node } = machine;
  const parts = [cpu, `${cores} cores`, `${memoryGb} GB`, system, `Node ${node}`];
  return [...parts, ...Object.entries(versions).map(([name, version]) => `${name} ${version}`)].join(", ");
}
