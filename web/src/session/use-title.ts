/** The title of the tab. */
import { useEffect } from "react";

export function useTitle(title: string | null): void {
  useEffect(() => {
    document.title = title ? `${title} · Parley` : "Parley";
  }, [title]);
}
