import Button from "@cloudscape-design/components/button";
import { useText } from "../settings";

export interface MapControlsProps {
  zoomIn: () => void;
  zoomOut: () => void;
  fit: () => void;
  reset: () => void;
}

export function MapControls({ zoomIn, zoomOut, fit, reset }: MapControlsProps) {
  const t = useText();
  return (
    <div className="rg-map-controls">
      <Tool iconName="zoom-in" label={t.map.zoomIn} onClick={zoomIn} />
      <Tool iconName="zoom-out" label={t.map.zoomOut} onClick={zoomOut} />
      <Tool iconName="zoom-to-fit" label={t.map.fit} onClick={fit} />
      <Tool iconName="undo" label={t.map.resetLayout} onClick={reset} />
    </div>
  );
}

function Tool({ iconName, label, onClick }: { iconName: "zoom-in" | "zoom-out" | "zoom-to-fit" | "undo"; label: string; onClick: () => void }) {
  return (
    <span title={label}>
      <Button variant="icon" iconName={iconName} ariaLabel={label} onClick={onClick} />
    </span>
  );
}
