// Builds the islands: each src/*.ts is one bundle in src/maillon/web/static, and what is shipped as
// its authors made it is copied there. Writes manifest.json: what went in, and what came out of it.
//
// tests/web/test_bundles.py computes both sides anew, without node.

import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build, version } from "esbuild";

const STATIC = "../src/maillon/web/static";
const COPIED = { "htmx.min.js": "node_modules/htmx.org/dist/htmx.min.js" };
const SAID = ["build.mjs", "package-lock.json", "package.json", "tsconfig.json"];

function hashed(path) {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

function hashes(paths, named) {
  return Object.fromEntries(paths.sort().map((path) => [named(path), hashed(path)]));
}

function within(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).replaceAll("\\", "/"));
}

const entries = readdirSync("src").filter((name) => name.endsWith(".ts"));
const made = await build({
  entryPoints: entries.map((name) => `src/${name}`), outdir: STATIC, bundle: true, minify: true,
  target: "es2022", charset: "utf8", legalComments: "none", logLevel: "info", metafile: true,
});
for (const [name, from] of Object.entries(COPIED)) {
  copyFileSync(from, join(STATIC, name));
}
const outputs = [
  ...Object.keys(made.metafile.outputs), ...Object.keys(COPIED).map((name) => join(STATIC, name)),
];
const manifest = {
  esbuild: version,
  sources: hashes([...SAID, ...within("src")], (path) => path),
  outputs: hashes(outputs, (path) => basename(path)),
};
writeFileSync("manifest.json", `${JSON.stringify(manifest, null, 1)}\n`);
