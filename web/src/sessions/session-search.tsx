/** Searches messages, titles and summaries while one types. */
import { Icon } from "../icon.tsx";
import { useOwnText } from "./use-own-text.ts";

const MAX_QUERY_LENGTH = 200;

export interface SessionSearchProps {
  query: string;
  onSearch(query: string): void;
}

export function SessionSearch({ query, onSearch }: SessionSearchProps) {
  const [text, write] = useOwnText(query, onSearch);
  return (
    <div className="session-search" role="search">
      <Icon name="search" size={15} />
      <input
        type="search"
        value={text}
        maxLength={MAX_QUERY_LENGTH}
        aria-label="Search sessions"
        placeholder="Search"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || event.nativeEvent.isComposing || text === "") return;
          event.preventDefault();
          event.stopPropagation();
          write("");
        }}
      />
    </div>
  );
}
