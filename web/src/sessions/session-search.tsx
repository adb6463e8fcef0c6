/** Searches messages, titles and summaries while one types. */
import { Icon } from "../icon.tsx";

const MAX_QUERY_LENGTH = 200;

export interface SessionSearchProps {
  query: string;
  onSearch(query: string): void;
}

export function SessionSearch({ query, onSearch }: SessionSearchProps) {
  return (
    <div className="session-search" role="search">
      <Icon name="search" size={15} />
      <input
        type="search"
        value={query}
        maxLength={MAX_QUERY_LENGTH}
        aria-label="Search sessions"
        placeholder="Search"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onSearch(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || query === "") return;
          event.preventDefault();
          event.stopPropagation();
          onSearch("");
        }}
      />
    </div>
  );
}
