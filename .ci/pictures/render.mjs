// A comment as GitHub shows it, near enough: its Markdown, its stylesheet, 830 px wide. node render.mjs FILE.md > FILE.html
import { readFileSync } from "node:fs";
import { marked } from "marked";
const css = readFileSync(new URL("./node_modules/github-markdown-css/github-markdown-light.css", import.meta.url), "utf8");
const alert = (html) => html.replace(/<blockquote>\s*<p>\[!(CAUTION|WARNING|NOTE)\]\s*/g, (_, kind) =>
  `<blockquote class="markdown-alert markdown-alert-${kind.toLowerCase()}"><p class="markdown-alert-title">${kind[0]}${kind.slice(1).toLowerCase()}</p><p>`);
const body = alert(marked.parse(readFileSync(process.argv[2], "utf8"), { gfm: true, breaks: false }));
console.log(`<!doctype html><meta charset="utf-8"><style>${css} body{margin:0} .markdown-body{box-sizing:border-box;width:830px;padding:16px}</style><article class="markdown-body">${body}</article><script>document.body.dataset.high=document.querySelector("article").offsetHeight</script>`);
