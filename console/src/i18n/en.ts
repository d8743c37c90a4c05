// Every text of the console in English. Its shape is the dictionary that other languages must fill.
import { frame } from "./en/frame";
import { map } from "./en/map";
import { trace } from "./en/trace";

export const en = { ...frame, ...map, ...trace };

/** What a language must provide: every text, none more, none less. */
export type Dictionary = typeof en;
