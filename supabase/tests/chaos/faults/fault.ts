/** One way to hurt the stack. Another kind is another file and one line in FAULTS. */
import type { ChaosWorld } from "../chaos-world.ts";
import type { Random } from "../random.ts";

export interface Fault {
  name: string;
  weight: number;
  /** Resolves when the fault is over; false when there was nothing to hurt. */
  inject(world: ChaosWorld, random: Random): Promise<boolean>;
}
