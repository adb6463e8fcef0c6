/** The next page of the list: by itself when one scrolls to its end, by the button without scrolling. */
import { useEffect, useRef } from "react";

export interface LoadMoreProps {
  isLoading: boolean;
  onMore(): void;
}

export function LoadMore({ isLoading, onMore }: LoadMoreProps) {
  const button = useRef<HTMLButtonElement>(null);
  const more = useRef(onMore);
  more.current = onMore;

  useEffect(() => {
    const element = button.current;
    if (!element || isLoading) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && more.current());
    observer.observe(element);
    return () => observer.disconnect();
  }, [isLoading]);

  return (
    // Not disabled while loading: that would take the focus from a keyboard.
    <button type="button" ref={button} className="link load-more" aria-disabled={isLoading} onClick={onMore}>
      {isLoading ? "Loading…" : "Show more"}
    </button>
  );
}
