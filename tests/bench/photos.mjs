// A centre with photographs, to measure what pictures cost: `node tests/bench/photos.mjs FOLDER [COUNT]`.
// Each is 4000 × 3000 pixels, of tones, shapes and grain from a fixed seed, as JPEG from Chromium's encoder.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { stop, visit } from "../browser/chromium.mjs";

const [folder, count = "200"] = process.argv.slice(2);
if (!folder) throw new Error("name a folder");

const write = (path, content) => {
  const file = join(folder, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, content);
};

write("site.toml", 'title = "Photos"\nbase_url = "https://photos.example/"\nlanguages = ["fr"]\ndate = "2026-01-15"\n');
write("content/places/_collection.yaml", "labels: { fr: { one: lieu, many: lieux } }\nfields:\n  photo: { type: image, label: Photo }\n");

const { page } = await visit();
for (let number = 1; number <= Number(count); number += 1) {
  const photo = await page.evaluate(photograph, number);
  const name = `lieu-${String(number).padStart(3, "0")}`;
  write(`content/places/${name}/photo.jpg`, Buffer.from(photo, "base64"));
  const text = "![Une vue du lieu](photo.jpg)\n";
  write(`content/places/${name}/index.md`, `---\ntitle: Lieu ${number}\nphoto: { file: photo.jpg, alt: Une vue du lieu }\n---\n\n${text}`);
}
await stop();

/** Runs in the page: layers of noise, from coarse to fine, with shapes between them. */
async function photograph(seed) {
  let state = seed * 2654435761;
  const random = () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
  const canvas = new OffscreenCanvas(4000, 3000);
  const paint = canvas.getContext("2d");
  for (let size = 4; size <= 2048; size *= 2) {
    const noise = new ImageData(size, size);
    for (let at = 0; at < noise.data.length; at += 1) noise.data[at] = at % 4 === 3 ? 255 : 60 + random() * 170;
    const layer = new OffscreenCanvas(size, size);
    layer.getContext("2d").putImageData(noise, 0, 0);
    paint.globalAlpha = size === 4 ? 1 : 0.16;
    paint.drawImage(layer, 0, 0, 4000, 3000);
    paint.globalAlpha = 0.5;
    for (let shape = 0; shape < 6; shape += 1) {
      paint.fillStyle = `hsl(${random() * 360} 40% ${20 + random() * 60}%)`;
      paint.fillRect(random() * 4000, random() * 3000, 8000 / size, 6000 / size);
    }
  }
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
}
