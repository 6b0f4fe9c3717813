// Runs in the page. `mark` notes which texts are seen now; `open` opens what a reader can open; `write` gives
// the page as plain HTML, in which only what was never seen is hidden, and the lines that were seen.
() => {
  const seen = new Map();
  const KEPT = new Set("h1 h2 h3 h4 h5 h6 p ul ol li table thead tbody tr td th dl dt dd a b strong em i sup sub pre blockquote section article main nav header footer aside".split(" "));
  const DROPPED = new Set("SCRIPT STYLE NOSCRIPT TEMPLATE IFRAME OBJECT EMBED CANVAS VIDEO AUDIO HEAD TITLE LINK META".split(" "));
  const CONTROLS = "summary,[aria-expanded=false],[role=tab],button[aria-controls],[data-toggle=collapse],[data-bs-toggle],[data-toggle=tab],[commandfor],[popovertarget],.accordion,.accordion-button,.accordion-header,.accordion-toggle,.collapsible,.tab,.tablinks,.toggle";
  const colour = (text) => {
    const parts = (text.match(/[\d.]+/g) || []).map(Number);
    return { rgb: parts.slice(0, 3), alpha: parts.length > 3 ? parts[3] : 1 };
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== "none") return null;
      const found = colour(style.backgroundColor);
      if (found.alpha > 0.5) return found.rgb;
      if (style.position === "fixed" || style.position === "absolute") return null;
    }
    return [255, 255, 255];
  };
  const parent = (node) => node.parentElement || (node.getRootNode().host ?? null);
  const isSeen = (node) => {
    const element = parent(node);
    if (!element || !/\S/.test(node.data)) return false;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = [...range.getClientRects()].find((rect) => rect.width > 0.5 && rect.height > 0.5);
    if (!box || box.right + scrollX <= 0 || box.bottom + scrollY <= 0) return false;
    if (element.checkVisibility && !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const style = getComputedStyle(element);
    if (parseFloat(style.fontSize) < 2.5) return false;
    const ink = colour(style.webkitTextFillColor || style.color);
    if (ink.alpha < 0.05) return false;
    const under = ground(element);
    if (under) {
      const [dark, bright] = [light(ink.rgb), light(under)].sort((one, other) => one - other);
      if ((bright + 0.05) / (dark + 0.05) < 1.15) return false;
    }
    for (let at = element; at; at = at.parentElement) {
      const own = getComputedStyle(at);
      if (own.textDecorationLine.includes("line-through") && (at === element || own.display === "inline" || own.display === "block")) return false;
      const rect = at.getBoundingClientRect();
      if (own.overflow !== "visible" && (rect.width <= 1.5 || rect.height <= 1.5)) return false;
      if (/rect\((0|1)px,? (0|1)px,? (0|1)px,? (0|1)px\)/.test(own.clip) || /inset\((50|100)%/.test(own.clipPath)) return false;
    }
    return true;
  };
  const isBlock = (element) => !/^(inline|contents|none)/.test(getComputedStyle(element).display);
  const blockOf = (node) => {
    let at = parent(node);
    while (at && at.parentElement && !isBlock(at)) at = at.parentElement;
    return at;
  };
  const texts = function* (root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === 3) yield node;
      else if (node.shadowRoot) yield* texts(node.shadowRoot);
    }
  };
  const mark = () => {
    for (const node of texts(document.body)) {
      if (!seen.has(node) && !DROPPED.has(parent(node)?.tagName) && isSeen(node)) {
        const block = blockOf(node);
        seen.set(node, { block, words: block ? block.innerText.trim() : node.data });
      }
    }
  };
  const rest = (time) => new Promise((done) => setTimeout(done, time));
  const scroll = async () => {
    for (let at = 0; at < Math.min(document.documentElement.scrollHeight, 60000); at += innerHeight) {
      scrollTo(0, at);
      await rest(20);
    }
    scrollTo(0, 0);
    await rest(50);
  };
  const open = async (most) => {
    document.querySelectorAll("details").forEach((part) => (part.open = true));
    document.querySelectorAll("[hidden=until-found]").forEach((part) => part.removeAttribute("hidden"));
    mark();
    const controls = [...document.querySelectorAll(CONTROLS)].filter((one) => {
      const link = one.closest("a[href]");
      return one.tagName !== "SUMMARY" && !(one.type === "submit" && one.form) && !(link && !/^(#|javascript:)/.test(link.getAttribute("href")));
    });
    for (const control of controls.slice(0, most)) {
      if (control.getAttribute("aria-expanded") === "true") continue;
      control.click();
      await rest(30);
      mark();
      document.querySelectorAll("dialog[open]").forEach((box) => box.close());
    }
    return controls.length;
  };
  const escape = (text) => text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);
  const generated = (element, where) => {
    const content = getComputedStyle(element, where).content;
    const words = /^"(.*)"$/s.exec(content);
    return words && /\p{L}/u.test(words[1].replace(/[\ue000-\uf8ff]/g, "")) ? escape(words[1]) : "";
  };
  const write = () => {
    const part = (node) => {
      if (node.nodeType === 3) {
        if (!/\S/.test(node.data)) return " ";
        const keeps = parent(node) && getComputedStyle(parent(node)).whiteSpace.startsWith("pre");
        const words = escape(keeps ? node.data : node.data.replace(/[ \t\r\n]+/g, " "));
        return seen.has(node) ? words : `<span hidden>${words}</span>`;
      }
      if (node.nodeType !== 1 || DROPPED.has(node.tagName)) return "";
      const tag = node.tagName.toLowerCase();
      if (tag === "br" || tag === "hr") return `<${tag}>`;
      if (tag === "img") return node.alt ? `<img alt="${escape(node.alt)}">` : "";
      if (tag === "textarea") return ` ${escape(node.value)} `;
      const children = node.shadowRoot ? node.shadowRoot.childNodes : node.tagName === "SLOT" && node.assignedNodes().length ? node.assignedNodes() : node.childNodes;
      const inner = generated(node, "::before") + [...children].map(part).join("") + generated(node, "::after");
      const block = isBlock(node) || tag === "summary";
      const name = KEPT.has(tag) ? tag : block ? "div" : "span";
      const role = node.getAttribute("role");
      const names = `${node.id} ${node.className?.baseVal ?? node.className ?? ""}`;
      let more = role && /^(navigation|banner|contentinfo|dialog|alertdialog|main)$/.test(role) ? ` role="${role}"` : "";
      if (/cookie|onetrust|consent/i.test(names)) more += ` class="${escape(names.trim())}"`;
      if (tag === "a" && node.getAttribute("href")) more += ` href="${escape(node.getAttribute("href"))}"`;
      if (tag === "ol" && node.start !== 1) more += ` start="${node.start}"`;
      if (name !== tag || !block) return block ? `\n<${name}${more}>${inner}</${name}>\n` : `<${name}${more}>${inner}</${name}>`;
      return `\n<${name}${more}>${inner}</${name}>`;
    };
    let body = part(document.body);
    const gone = new Set();
    for (const [node, { block, words }] of seen) {
      if (!node.isConnected && words && !gone.has(words)) gone.add(words);
    }
    const shown = document.body.innerText;
    for (const words of gone) {
      if (!shown.includes(words)) body += `\n<div>${escape(words)}</div>`;
    }
    const plain = body.replace(/<span hidden>.*?<\/span>/gs, "").replace(/<(?:br|hr)>|<\/?(?:p|div|h\d|ul|ol|li|table|thead|tbody|tr|dl|dt|dd|pre|blockquote|section|article|main|nav|header|footer|aside)\b[^>]*>/g, "\n").replace(/<[^>]*>/g, " ");
    const signs = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&" };
    const lines = plain.split("\n").map((line) => line.replace(/&(?:lt|gt|quot|amp);/g, (sign) => signs[sign]).replace(/\s+/g, " ").trim());
    const language = document.documentElement.lang;
    const html = `<!DOCTYPE html>\n<html${language ? ` lang="${escape(language)}"` : ""}>\n<head><meta charset="utf-8"><title>${escape(document.title)}</title></head>\n<body>${body}\n</body>\n</html>\n`;
    return { html, text: lines.filter(Boolean).join("\n") + "\n", title: document.title };
  };
  window.__permcheck = { mark, scroll, open, write };
}
