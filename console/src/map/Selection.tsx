// Which requests of a node or an edge are meant, and the way to their traces.
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import type { Narrowing } from "../filter/text";
import { useRouter } from "../route/useRoute";
import { useText } from "../settings";
import { STATUS_CLASSES, type StatusClass } from "../stats/classes";
import type { Span } from "../stats/histogram";
import { Distribution } from "./Distribution";
import { ClassList, type Measured } from "./Numbers";

export interface SelectionProps {
  measured: Measured;
  /** The expression for what is selected. */
  filterOf: (narrowing: Narrowing) => string;
  timeRange: string;
}

export function Selection({ measured, filterOf, timeRange }: SelectionProps) {
  const t = useText();
  const { open, href } = useRouter();
  const [classes, setClasses] = useState<readonly StatusClass[]>(STATUS_CLASSES);
  const [time, setTime] = useState<Span>({});
  const params = { filter: filterOf({ classes, time }), timeRange };

  return (
    <SpaceBetween size="l">
      <Distribution measured={measured} selected={time} onSelect={setTime} />
      <div>
        <Box variant="h4" padding={{ bottom: "xs" }}>
          {t.map.statusFilter}
        </Box>
        <ClassList measured={measured} ticked={classes} onTick={setClasses} />
      </div>
      <SpaceBetween direction="horizontal" size="xs" alignItems="center">
        <Button
          variant="primary"
          href={href({ name: "traces" }, params)}
          onFollow={(event) => {
            event.preventDefault();
            open({ name: "traces" }, params);
          }}
        >
          {t.map.viewTraces}
        </Button>
        <Box color="text-body-secondary" fontSize="body-s">
          {t.map.viewTracesHint}
        </Box>
      </SpaceBetween>
    </SpaceBetween>
  );
}
