// Photos are made smaller on the phone before they are sent, where the browser can: a tenth of the bytes over a weak line.
// The page works without this file, and whatever fails here leaves the photo as it was: the server checks and shrinks it anyway.
"use strict";
(() => {
  const ENOUGH = 400 * 1024; // bytes: what is smaller already is sent as it is

  async function shrunk(file, side) {
    if (file.size <= ENOUGH || !["image/jpeg", "image/png", "image/webp"].includes(file.type)) return file;
    // Upright, as the camera noted it; the note itself stays behind, with the place.
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, side / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    const context = canvas.getContext("2d");
    context.fillStyle = "white"; // what is clear would turn black in a JPEG
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    const blob = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.85); });
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  }

  document.querySelectorAll("form[data-shrink]").forEach((form) => {
    const input = form.querySelector("input[type=file]");
    const told = form.querySelector("[data-shrunk]");
    const button = form.querySelector("button");
    if (!input || typeof createImageBitmap !== "function" || typeof DataTransfer !== "function") return;
    input.addEventListener("change", async () => {
      const chosen = [...input.files];
      if (!chosen.length) return;
      button.disabled = true;
      told.textContent = form.dataset.shrinking;
      const ready = new DataTransfer();
      let bytes = 0;
      for (const file of chosen) { // one after the other: a phone has little memory
        const one = await shrunk(file, Number(form.dataset.shrink)).catch(() => file);
        bytes += one.size;
        ready.items.add(one);
      }
      input.files = ready.files;
      button.disabled = false;
      const language = document.documentElement.lang;
      const size = new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(bytes / 1024 / 1024);
      told.textContent = `${form.dataset.ready} ${size} MB`;
    });
  });
})();
