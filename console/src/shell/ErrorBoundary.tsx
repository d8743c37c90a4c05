import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { Component, type ReactNode } from "react";
import { useText } from "../settings";

/** A page that fails says so; the rest of the console stays usable. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: Error | undefined }> {
  override state = { error: undefined as Error | undefined };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return <Crashed error={error} retry={() => this.setState({ error: undefined })} />;
  }
}

function Crashed({ error, retry }: { error: Error; retry: () => void }) {
  const t = useText();
  return (
    <Box padding="l">
      <Alert type="error" header={t.shell.crashed} action={<Button onClick={retry}>{t.shell.crashedRetry}</Button>}>
        {error.message}
      </Alert>
    </Box>
  );
}
