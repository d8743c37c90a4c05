// 콘솔의 모든 한국어 문구. 값 뒤에 조사가 붙는 문장은 쓰지 않는다.
import type { Dictionary } from "./en";
import { frame } from "./ko/frame";
import { map } from "./ko/map";
import { trace } from "./ko/trace";

export const ko: Dictionary = { ...frame, ...map, ...trace };
