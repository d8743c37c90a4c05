// 모든 화면이 함께 쓰는 문구.
import type { AgeUnit } from "../../time/format";
import type { Dictionary } from "../en";

const UNITS: Record<AgeUnit, string> = { second: "초", minute: "분", hour: "시간", day: "일" };
const PICKER_UNITS: Record<string, string> = { ...UNITS, week: "주", month: "개월", year: "년" };

export const frame: Pick<Dictionary, "language" | "theme" | "shell" | "time" | "status" | "short" | "error" | "unit"> = {
  language: { name: "한국어", switch: "언어" },
  theme: { switch: "테마", light: "밝게", dark: "어둡게", system: "시스템 설정" },
  shell: {
    navigation: "탐색",
    traceMap: "트레이스 맵",
    traces: "트레이스",
    traceIdPlaceholder: "트레이스 ID로 열기",
    traceIdInvalid: "트레이스 ID가 아닙니다. 1-8-24 형식 또는 16진수 32자리를 입력하세요",
    notFound: "페이지를 찾을 수 없습니다",
    notFoundHint: "주소가 잘못되었거나 이후 버전의 주소일 수 있습니다.",
    crashed: "이 화면을 표시할 수 없습니다",
    crashedRetry: "다시 시도",
  },
  time: {
    label: "시간 범위",
    last: (amount, unit) => `최근 ${amount}${UNITS[unit]}`,
    unit: (unit) => PICKER_UNITS[unit] ?? unit,
    ago: (amount, unit) => (amount === 0 && unit === "second" ? "방금" : `${amount}${UNITS[unit]} 전`),
    relative: "상대",
    absolute: "절대",
    invalid: "주소의 시간 범위를 읽을 수 없어 최근 5분을 표시합니다.",
    incomplete: "시작과 끝을 모두 입력하세요.",
    reversed: "끝은 시작보다 뒤여야 합니다.",
    refresh: "새로 고침",
    autoRefresh: "자동 새로 고침",
    autoRefreshOff: "끄기",
    every: (amount, unit) => `${amount}${UNITS[unit]}마다`,
    absoluteNoRefresh: "절대 시간 범위는 자동으로 새로 고치지 않습니다.",
  },
  status: {
    fault: "결함 (5xx)",
    throttle: "스로틀링 (429)",
    error: "오류 (4xx)",
    ok: "정상",
    inProgress: "진행 중",
    partial: "불완전",
    none: "완료된 요청 없음",
  },
  short: { fault: "결함", throttle: "스로틀링", error: "오류", ok: "정상" },
  error: {
    title: "서버가 요청을 거부했습니다",
    unreachable: "서버가 응답하지 않습니다",
    unreachableHint: "이 주소에서 Roentgen 서버가 실행 중인지 확인하세요. 새로 고치면 다시 시도합니다.",
    throttled: "서버가 바쁩니다. 잠시 후 다시 시도하세요.",
    internal: "서버 내부의 결함입니다. 자세한 내용은 서버 로그에 있습니다.",
    refused: "위 내용은 서버가 보낸 원문입니다.",
    requestId: "요청 ID",
    retry: "다시 시도",
  },
  unit: {
    perMinute: (rate) => `분당 ${rate}`,
    requests: "요청",
    average: "평균",
    rate: "분당 요청 수",
    responseTime: "응답 시간",
    duration: "전체 소요 시간",
  },
};
