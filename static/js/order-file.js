// Buyers' data stay on the device where the browser can see to it: of a csv file only the columns that may be kept are sent.
//
// The page gives, for each shop, the layouts of its files: which headers may be kept and which have to be there. The file is read in slices, so that a large one freezes nothing, and put
// together again with the same rows at the same places. Whatever cannot be taken apart for certain is sent as it is and told so: the server
// drops the other columns while it reads in any case. Without this file the page works all the same.
"use strict";
(() => {
  const SLICE = 1 << 20; // bytes read at a time
  const HEAD_ROWS = 10; // headers are looked for in so many first rows that are not blank: as the server does
  const HASHED = 64 << 20; // bytes: a larger file is not taken into memory for its fingerprint
  const MARKS = [",", ";", "\t"];

  class Unclear extends Error {}

  const clean = (text) => text.normalize("NFC").replace(/^[ \t\r\n\u00a0\ufeff\u200b]+|[ \t\r\n\u00a0\ufeff\u200b]+$/g, "");
  const blank = (cells) => cells.every((cell) => !cell.trim());

  // Text in, whole records out: arrays of cells. `last` closes the file.
  class Records {
    constructor() { this.rest = ""; this.mark = ""; this.width = 0; }

    take(text, last) {
      let held = this.rest + text;
      // A line end may be cut in two.
      const tail = !last && held.endsWith("\r") ? "\r" : "";
      held = (tail ? held.slice(0, -1) : held).replace(/\r\n?/g, "\n");
      if (!this.mark) {
        const lines = held.split("\n").filter((line) => line.trim()).slice(0, HEAD_ROWS);
        if (!last && lines.length < HEAD_ROWS && held.length < SLICE) { this.rest = held + tail; return []; }
        this.mark = MARKS.map((mark) => [Math.max(0, ...lines.map((line) => line.split(mark).length)), mark])
          .reduce((best, one) => (one[0] > best[0] ? one : best))[1];
      }
      const records = [];
      let start = 0;
      while (start < held.length) {
        const end = held.indexOf("\n", start);
        if (end < 0 && !last) break;
        const line = held.slice(start, end < 0 ? held.length : end);
        if (!line.includes('"')) {
          records.push(line === "" ? [] : line.split(this.mark));
          start = end < 0 ? held.length : end + 1;
          continue;
        }
        const next = this.quoted(held, start, records, last);
        if (next < 0) break;
        start = next;
      }
      this.rest = held.slice(start) + tail;
      return records;
    }

    // One record with quotation marks from `start`; where the next one begins, -1 where it goes on in the next slice.
    quoted(text, start, records, last) {
      const cells = [];
      let at = start;
      for (;;) {
        let cell = "";
        if (text[at] === '"') {
          at += 1;
          for (;;) {
            const quote = text.indexOf('"', at);
            if (quote < 0) { if (last) throw new Unclear(); return -1; }
            cell += text.slice(at, quote);
            at = quote + 1;
            if (at >= text.length && !last) return -1;
            if (text[at] !== '"') break;
            cell += '"';
            at += 1;
          }
          if (at < text.length && text[at] !== this.mark && text[at] !== "\n") throw new Unclear();
        } else {
          let end = at;
          while (end < text.length && text[end] !== this.mark && text[end] !== "\n") end += 1;
          if (end >= text.length && !last) return -1;
          cell = text.slice(at, end);
          at = end;
        }
        cells.push(cell);
        if (at >= text.length || text[at] === "\n") break;
        at += 1;
      }
      // A quotation mark out of place swallows the rows below it.
      const broken = cells.filter((cell) => cell.includes("\n"));
      if (broken.length && this.width && cells.length !== this.width) throw new Unclear();
      if (broken.some((cell) => cell.split(this.mark).length >= (this.width || 3))) throw new Unclear();
      records.push(cells);
      return at + 1;
    }
  }

  const written = (cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

  // { file, left: number of columns left out }, or null where nothing was to be done. Throws Unclear. `layouts`: [{ kept, needed }].
  async function stripped(file, layouts) {
    const start = new Uint8Array(await file.slice(0, 4).arrayBuffer());
    if (start[0] === 0x50 && start[1] === 0x4b) return null; // a workbook
    const wide = (start[0] === 0xff && start[1] === 0xfe) ? "utf-16le" : (start[0] === 0xfe && start[1] === 0xff) ? "utf-16be" : "utf-8";
    const decoder = new TextDecoder(wide, { fatal: true });
    const records = new Records();
    const parts = [];
    let head = []; // rows until the headers are found
    let kept = null; // places of the columns that may be kept
    let width = 0;

    const row = (cells) => {
      if (cells.length === 0) return "";
      if (cells.length === width || (cells.length > width && blank(cells.slice(width)))) return kept.map((place) => written(cells[place])).join(",");
      if (blank(cells)) return "";
      // Nobody knows which column a cell of such a row is of: the row says only that it has too many or too few.
      const many = Math.max(1, kept.length + cells.length - width);
      return Array(many === kept.length ? many + 1 : many).fill("?").join(",");
    };

    const settle = () => {
      let best = -1;
      let layout = null;
      for (const one of layouts) {
        best = head.findIndex((cells) => { const there = new Set(cells.map(clean)); return one.needed.every((header) => there.has(header)); });
        if (best >= 0) { layout = one; break; }
      }
      if (!layout) throw new Unclear();
      const allowed = new Set(layout.kept);
      const headers = head[best];
      width = headers.length;
      records.width = width;
      kept = headers.flatMap((cell, place) => (allowed.has(clean(cell)) ? [place] : []));
      const lines = head.map((cells, place) => (place < best ? "" : row(cells)));
      head = [];
      return lines;
    };

    for (let from = 0; from < file.size || from === 0; from += SLICE) {
      const bytes = await file.slice(from, from + SLICE).arrayBuffer(); // lets the page breathe
      const last = from + SLICE >= file.size;
      let lines = [];
      for (const cells of records.take(decoder.decode(bytes, { stream: !last }), last)) {
        if (kept) { lines.push(row(cells)); continue; }
        head.push(cells);
        if (head.filter((one) => !blank(one)).length === HEAD_ROWS) lines = settle();
      }
      if (last && !kept) lines = settle();
      if (lines.length) parts.push(lines.join("\n") + "\n");
    }
    const left = width - kept.length;
    return left ? { file: new File(parts, file.name, { type: "text/csv" }), left } : null;
  }

  async function fingerprint(file) {
    if (file.size > HASHED || !globalThis.crypto?.subtle) return "";
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  const form = document.querySelector("form[data-strip]");
  const columns = document.getElementById("kept-columns");
  if (!form || !columns || typeof DataTransfer !== "function") return;
  const { layouts, shops } = JSON.parse(columns.textContent);
  const input = form.querySelector("input[type=file]");
  const shop = form.querySelector("select[name=shop]");
  const label = form.querySelector("input[name=original_sha256]");
  const told = form.querySelector("[data-strip-state]");
  const button = form.querySelector("button");
  let original = null; // the file as it was chosen
  let turn = 0;

  async function work() {
    const mine = ++turn;
    const file = original;
    told.textContent = "";
    label.value = "";
    if (!file || !shop.value) return;
    button.disabled = true;
    told.textContent = told.dataset.working;
    let words = told.dataset.whole;
    let ready = file;
    let mark = "";
    try {
      const known = (shops[shop.value] ?? []).map((name) => layouts[name]);
      const result = known.length ? await stripped(file, known) : null;
      if (result) {
        mark = await fingerprint(file);
        ready = result.file;
        words = `${told.dataset.left} ${result.left}`;
      }
    } catch (error) {
      if (!(error instanceof Unclear || error instanceof TypeError || error instanceof RangeError)) throw error;
    } finally {
      if (mine === turn) button.disabled = false;
    }
    if (mine !== turn) return; // another file or shop was chosen meanwhile
    const files = new DataTransfer();
    files.items.add(ready);
    input.files = files.files;
    label.value = mark;
    told.textContent = words;
  }

  input.addEventListener("change", () => { original = input.files[0] ?? null; work(); });
  shop.addEventListener("change", work);
  if (input.files[0]) { original = input.files[0]; work(); } // a page that came back from the browser's history
})();
