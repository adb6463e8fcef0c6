/** What the model says, as Markdown; finished blocks are drawn once. */
import { memo } from "react";
import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { splitMarkdown } from "./split-markdown.ts";

const PLUGINS = [remarkGfm];

const COMPONENTS: Components = {
  a: ({ href, children }) => <a href={href} target="_blank" rel="noreferrer">{children}</a>,
  // An image would tell a stranger's server that the answer was read, so it stays a link.
  img: ({ src, alt }) => (
    <a href={typeof src === "string" ? src : undefined} target="_blank" rel="noreferrer">{alt || "Image"}</a>
  ),
  table: ({ children }) => (
    <div className="table-scroll">
      <table>{children}</table>
    </div>
  ),
};

export function MarkdownText({ text, isStreaming }: { text: string; isStreaming: boolean }) {
  return (
    <div className="markdown" data-streaming={isStreaming}>
      {splitMarkdown(text).map((block, index) => <Block key={index} text={block} />)}
    </div>
  );
}

const Block = memo(function Block({ text }: { text: string }) {
  return <Markdown remarkPlugins={PLUGINS} components={COMPONENTS}>{text}</Markdown>;
});
