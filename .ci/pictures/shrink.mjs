// A picture of few colours as a PNG of few bytes. node shrink.mjs FILE.png
import { readFileSync, writeFileSync } from "node:fs";
import UPNG from "upng-js";
const picture = UPNG.decode(readFileSync(process.argv[2]));
writeFileSync(process.argv[2], Buffer.from(UPNG.encode([UPNG.toRGBA8(picture)[0]], picture.width, picture.height, 32)));
