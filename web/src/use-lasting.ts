/** True once something has been so for a while: what passes quickly is not worth a word. */
import { useEffect, useState } from "react";

export function useLasting(isSo: boolean, afterMs: number): boolean {
  const [isLasting, setIsLasting] = useState(false);
  useEffect(() => {
    if (!isSo) return setIsLasting(false);
    const timer = setTimeout(() => setIsLasting(true), afterMs);
    return () => clearTimeout(timer);
  }, [isSo, afterMs]);
  return isLasting;
}
