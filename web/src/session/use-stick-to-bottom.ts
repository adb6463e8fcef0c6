/** Follows a growing transcript, until the user scrolls up to read. */
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

/** Within this distance the user counts as being at the end. */
const NEAR_PX = 60;

export interface StickToBottom {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  isAtEnd: boolean;
  scrollToEnd(): void;
}

export function useStickToBottom(): StickToBottom {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const isPinned = useRef(true);
  const [isAtEnd, setIsAtEnd] = useState(true);

  const pin = useCallback((pinned: boolean) => {
    isPinned.current = pinned;
    setIsAtEnd(pinned);
  }, []);

  const scrollToEnd = useCallback(() => {
    pin(true);
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, [pin]);

  useEffect(() => {
    const element = scroller.current;
    if (!element || !content.current) return;
    let lastTop = element.scrollTop;
    const onScroll = () => {
      const { scrollTop, scrollHeight, clientHeight } = element;
      const isNear = scrollHeight - scrollTop - clientHeight <= NEAR_PX;
      // Content that grows makes the end move away without anybody scrolling: only a move upwards lets go.
      if (isNear) pin(true);
      else if (scrollTop < lastTop) pin(false);
      lastTop = scrollTop;
    };
    const follow = () => {
      if (isPinned.current) element.scrollTop = element.scrollHeight;
    };
    const observer = new ResizeObserver(follow);
    observer.observe(content.current);
    observer.observe(element);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, [pin]);

  return { scroller, content, isAtEnd, scrollToEnd };
}
