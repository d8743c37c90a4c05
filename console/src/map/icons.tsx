// Icons of node types, drawn for this project on a 24 × 24 grid.
import type { ReactNode } from "react";

export type IconName =
  | "person" | "server" | "container" | "function" | "gateway" | "globe" | "database"
  | "queue" | "topic" | "stream" | "bucket" | "workflow" | "hexagon";

const PREFIXES: ReadonlyArray<readonly [string, IconName]> = [
  ["client", "person"],
  ["AWS::EC2::", "server"],
  ["AWS::ElasticBeanstalk::", "server"],
  ["AWS::ECS::", "container"],
  ["AWS::EKS::", "container"],
  ["AWS::AppRunner::", "container"],
  ["AWS::Lambda", "function"],
  ["AWS::ApiGateway::", "gateway"],
  ["AWS::AppSync::", "gateway"],
  ["AWS::ElasticLoadBalancing", "gateway"],
  ["remote", "globe"],
  ["AWS::DynamoDB", "database"],
  ["AWS::RDS", "database"],
  ["Database::SQL", "database"],
  ["AWS::SQS", "queue"],
  ["AWS::SNS", "topic"],
  ["AWS::Events", "topic"],
  ["AWS::Kinesis", "stream"],
  ["AWS::S3", "bucket"],
  ["AWS::StepFunctions", "workflow"],
];

export function iconOf(type: string | undefined): IconName {
  return PREFIXES.find(([prefix]) => type?.startsWith(prefix))?.[1] ?? "hexagon";
}

/** For use inside an SVG; `size` in its units, centred on the origin. */
export function TypeShape({ type, size }: { type: string | undefined; size: number }) {
  const scale = size / 24;
  return (
    <g transform={`scale(${scale}) translate(-12 -12)`} fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" strokeLinejoin="round">
      {SHAPES[iconOf(type)]}
    </g>
  );
}

export function TypeIcon({ type, size = 18 }: { type: string | undefined; size?: number }) {
  return (
    <svg className="rg-type-icon" width={size} height={size} viewBox="-12 -12 24 24" aria-hidden="true">
      <TypeShape type={type} size={24} />
    </svg>
  );
}

const SHAPES: Readonly<Record<IconName, ReactNode>> = {
  person: (
    <>
      <circle cx="12" cy="8" r="4" />
      <path d="M4.5 20.5c.6-4.4 3.6-6.8 7.5-6.8s6.9 2.4 7.5 6.8" />
    </>
  ),
  server: (
    <>
      <rect x="3.5" y="4" width="17" height="6.5" rx="1.5" />
      <rect x="3.5" y="13.5" width="17" height="6.5" rx="1.5" />
      <path d="M7 7.25h.1M7 16.75h.1M11 7.25h6M11 16.75h6" />
    </>
  ),
  container: (
    <>
      <path d="M12 3l8 4.3v9.4L12 21l-8-4.3V7.3z" />
      <path d="M4 7.3l8 4.4 8-4.4M12 11.7V21" />
    </>
  ),
  function: <path d="M5 20.5h3.2L12 11l4 9.5h3.5M8 3.5h2.5c.9 0 1.3.5 1.6 1.2L18 20" />,
  gateway: (
    <>
      <path d="M6.5 4L3.5 6v12l3 2M17.5 4l3 2v12l-3 2" />
      <path d="M8 12h8M13.2 9l3 3-3 3" />
    </>
  ),
  globe: (
    <>
      <circle cx="12" cy="12" r="8.7" />
      <path d="M3.3 12h17.4M12 3.3c5 5.2 5 12.2 0 17.4-5-5.2-5-12.2 0-17.4z" />
    </>
  ),
  database: (
    <>
      <ellipse cx="12" cy="5.8" rx="7.5" ry="2.8" />
      <path d="M4.5 5.8v12.4c0 1.5 3.4 2.8 7.5 2.8s7.5-1.3 7.5-2.8V5.8M4.5 12c0 1.5 3.4 2.8 7.5 2.8s7.5-1.3 7.5-2.8" />
    </>
  ),
  queue: (
    <>
      <rect x="2.5" y="7" width="19" height="10" rx="2" />
      <path d="M8.2 7v10M13 7v10M17.3 12h.1" />
    </>
  ),
  topic: (
    <>
      <circle cx="6" cy="12" r="2.7" />
      <circle cx="18.5" cy="5.5" r="2" />
      <circle cx="18.5" cy="12" r="2" />
      <circle cx="18.5" cy="18.5" r="2" />
      <path d="M8.7 12h7.8M8.3 10.6l8.4-4.2M8.3 13.4l8.4 4.2" />
    </>
  ),
  stream: <path d="M3 7.5c3-3 6-3 9 0s6 3 9 0M3 12.5c3-3 6-3 9 0s6 3 9 0M3 17.5c3-3 6-3 9 0s6 3 9 0" />,
  bucket: (
    <>
      <ellipse cx="12" cy="6" rx="8" ry="2.6" />
      <path d="M4 6l2 13c.3 1.2 2.8 2 6 2s5.7-.8 6-2l2-13" />
    </>
  ),
  workflow: (
    <>
      <rect x="3" y="3.5" width="7" height="5.5" rx="1.2" />
      <rect x="14" y="15" width="7" height="5.5" rx="1.2" />
      <path d="M6.5 9v6.5c0 1.3.9 2.2 2.2 2.2H14M11.5 15.2l2.5 2.5-2.5 2.5" />
    </>
  ),
  hexagon: <path d="M12 3l7.8 4.5v9L12 21l-7.8-4.5v-9z" />,
};
